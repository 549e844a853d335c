"""Exports in another language than English: known by a few words of their headers, so that one line says what to do."""

from __future__ import annotations

import re

from common.errors import SourceFormatError

APPS = {"spotify": "Spotify for Artists", "tiktok": "TikTok", "meta_ads": "Ads Manager"}  # they export in the user's language

AD = (
    "kampag|kampan|kampaň|kampány|campagn|campañ|campanh|campani|кампан|キャンペーン|广告系列|廣告活動|캠페인|chiến dịch|แคมเปญ|"
    "الحملة|anzeige|publicit|anuncio|anúncio|inserzion|annons|annonce|reklam|объявлен|広告|广告|廣告|광고|quảng cáo|iklan"
)
MONEY = r" \([a-z]{3}\)$"
REPORTED = (
    "berich|rapport|informe|segnala|relatór|отчет|レポート|报告|報告|보고|báo cáo|lapor|rapor|report|impres|vertoning|"
    "weergave|visning|eksponering|näyttö|gösterim|wyświetl|показ|インプレッション|展示|曝光|노출|hiển thị|tayangan|"
    "^jour$|^día$|^dia$|^giorno$|^tag$|^dag$"
)
DATE = "dat|fecha|päivä|tarih|дата|日付|日期|날짜|ngày|tanggal|วันที่|تاريخ|ημερομηνία|dátum|^jour$|^día$|^dia$|^giorno$"
VIDEO = "video|vidéo|vídeo|wideo|видео|відео|動画|视频|影片|동영상|วิดีโอ|فيديو|βίντεο"
PROFILE = "profi|perfil|profy|проф|プロフィール|프로필|主页|个人|個人|hồ sơ|โปรไฟล์|الملف|προφίλ"
COMMENTS = "komment|coment|comment|reacti|opmerk|yorum|комент|коммент|コメント|评论|留言|댓글|bình luận|ความคิดเห็น|التعليق|σχόλι"
STREAMS = (
    "stream|écoute|reprodu|ascolt|riproduz|odtworze|dinleme|afspil|lyssn|avspill|toisto|стрим|прослуш|ストリーム|再生|스트리밍|재생|"
    "播放|串流|lượt"
)
LISTENERS = (
    "hörer|oyent|auditeur|auditric|ascoltator|ouvinte|luister|lyssnar|lytter|kuuntelij|słuchacz|dinleyici|слушател|слухач|リスナー|"
    "청취자|听众|聽眾|người nghe|pendengar|posluchač|hallgató"
)
HEADERS = {  # a header is the source's where each pattern is found in one of its columns
    "meta_ads": (AD, MONEY, REPORTED),
    "tiktok": (DATE, VIDEO, PROFILE, COMMENTS),
    "spotify": (STREAMS, LISTENERS),
}


def foreign_source(columns: tuple[str, ...], sources: list[str]) -> str | None:
    """Return which of these sources a header in another language is of; None where it is of none."""
    names = [column.strip().casefold() for column in columns]
    for source in sources:
        patterns = HEADERS.get(source, ())
        if patterns and all(any(re.search(pattern, name) for name in names) for pattern in patterns):
            return source
    return None


def foreign_language(file_name: str, source: str, columns: tuple[str, ...]) -> SourceFormatError:
    """Return the error for an export in another language."""
    listed = ", ".join(columns[:4])
    return SourceFormatError(f"{file_name}: {APPS[source]}'s export in another language ({listed}). {set_to_english(source)}")


def set_to_english(source: str) -> str:
    """Return what to do about an export in another language."""
    return f"Set the language of {APPS[source]} to English, and export it again."
