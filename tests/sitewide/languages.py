"""Words in the wrong language: English on a Vietnamese page, Vietnamese on an English one.

A Vietnamese word is a syllable of a known shape, so a word of plain letters without that shape is foreign; a word
with Vietnamese letters on an English page is Vietnamese. Names and abbreviations are listed with the reason.
"""

import re
import unicodedata
from collections.abc import Iterable

from tests.sitewide.reading import Said

INITIALS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|g|h|k|l|m|n|p|r|s|t|v|x"
NUCLEUS = "uye|oai|oay|uay|uya|ieu|yeu|uoi|uou|uyu|oeo|[aeiouy]{1,2}"
FINALS = "ng|nh|ch|c|m|n|p|t"
SYLLABLE = re.compile(rf"(?:{INITIALS})?(?:{NUCLEUS})(?:{FINALS})?")
WORD = re.compile(r"[^\W\d_]+")
# addresses, mailboxes, file names, codes and numbers are no words
CODES = re.compile(
    r"https?://\S+|\S+@\S+|\S*[\w)]/[\w/{<]\S*|\b\w+(?:[._-]\w+)*\.(?:\w{2,8})\b|\S*\d\S*|\S*_\S*|\w+:\w\S*"
)
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ]|[\u0300\u0301\u0303\u0309\u0323]")
ALLOWED = {
    "formats, protocols and units": "api csv jpeg png json ld html odrl pdf qr sha url utf xlsx xls utc kb mb gb "
    "byte bytes ascii jwt http https windows unix excel zip webhook merkle xml tlog signed note checkpoint tiles proof",
    "names of products, systems, banks and bodies": "vietqr vneid napas bidv agribank vietcombank vietinbank "
    "techcombank asean vcb rfc github sigstore oecd iso",
    "abbreviations used in Vietnamese official writing": "gtgt tnhh tmcp tp hcm ubnd btc bnnmt jsc qh nđ qđ ttg ct "
    "cccd vnđ vnd stt ptdl cn hs sdl kn xm th ts",
    "kinds of money events and of their accounts, as the ledger books them": "payment settle refund",
    "first words of lines in a bank's file, as they are typed": "opening total",
    "encodings and signs of old files": "vntime tcvn tab",
    "abbreviations of statistics, as examples": "cpi grdp",
    "values of parameters, as they are typed": "true false",
    "taken over by Vietnamese, as in Django's own translation and in the law's": "email video",
    "the name of the other language in its own words": "english",
}
KNOWN = frozenset(word for words in ALLOWED.values() for word in words.split())


def bare(word: str) -> str:
    """A word in small plain letters, without marks."""
    letters = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def is_vietnamese(word: str) -> bool:
    """Whether a word has the shape of a Vietnamese syllable."""
    return SYLLABLE.fullmatch(bare(word)) is not None


def foreign(said: Said, page_language: str, content: Iterable[str]) -> str:
    """The words of the wrong language in one piece of text; empty when there are none."""
    if said.language and said.language != page_language:
        return ""  # marked as the other language
    text = unicodedata.normalize("NFC", said.words)
    for words in content:
        if words in text:  # whole words only: a short value also stands inside a hash
            text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text)
    if page_language == "en":
        text = CODES.sub(" ", text)
        return said.words[:200] if VIETNAMESE.search(unicodedata.normalize("NFD", text)) or "đ" in text.lower() else ""
    left = [word for word in WORD.findall(CODES.sub(" ", text)) if len(word) > 1]
    wrong = [word for word in left if bare(word) not in KNOWN and not is_vietnamese(word)]
    return f"{' '.join(wrong)} — {said.words[:160]}" if wrong else ""
