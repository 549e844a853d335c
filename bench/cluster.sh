#!/usr/bin/env bash
# A real Spark cluster on loopback, one master and two workers from the pyspark wheel, builds every model and compares
# every mart with DuckDB's. Uses BEDROT_DATA_DIR where it is set, else a demo of its own; PYTHON has requirements-spark.lock.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
port=${PORT:-17077}
spark_class=$("$python" -c 'import pathlib, pyspark; print(pathlib.Path(pyspark.__file__).parent)')/bin/spark-class
work=$(mktemp -d)
stop() {
    # shellcheck disable=SC2046  # one word a process
    kill $(jobs -p) 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap stop EXIT
export SPARK_LOCAL_IP=127.0.0.1 BEDROT_SPARK_MASTER=spark://127.0.0.1:$port BEDROT_SPARK_PARTITIONS=${BEDROT_SPARK_PARTITIONS:-2}

await() {  # file, text: until the text stands in the file, a minute at most
    for _ in $(seq 120); do
        grep -qs "$2" "$1" && return
        sleep 0.5
    done
    echo "cluster: no \"$2\" in a minute. $1 ends with:" >&2
    tail -5 "$1" >&2
    exit 1
}

"$spark_class" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0 >"$work/master.log" 2>&1 &
await "$work/master.log" "elected leader"
for number in 1 2; do
    "$spark_class" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 --cores 1 --memory 2g \
        --work-dir "$work/worker$number" "$BEDROT_SPARK_MASTER" >"$work/worker$number.log" 2>&1 &
    await "$work/worker$number.log" "Successfully registered with master"
done
echo "A master and two workers run at $BEDROT_SPARK_MASTER."

if [[ -z ${BEDROT_DATA_DIR:-} ]]; then
    export BEDROT_DATA_DIR=$work/data BEDROT_AS_OF=2026-07-05
    "$python" cli.py demo >"$work/demo.log"
fi
time "$python" cli.py compare duckdb spark
for number in 1 2; do
    echo "worker $number: $(find "$work/worker$number" -mindepth 2 -maxdepth 2 -type d | wc -l) executors"
done
