"""A process that kills itself at a step: part of a script that patches the steps of a command."""

# The script defines `point`, the name of a step, and `number`, at which call of it the process ends.
DYING = """
calls = 0

def dying(name, step):
    def stepped(*values, **more):
        global calls
        calls += name == point
        if name == point and calls == number:
            os._exit(9)
        return step(*values, **more)
    return stepped
"""
