"""Words by which the tables of statistics offices are recognised, and codes of countries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from babel import Locale

from monotown.base.parsing import without_marks
from monotown.data.workbooks.grid import KEPT, word_key


def words(text: str) -> frozenset[str]:
    """Words that bars part."""
    return frozenset(text.split("|"))


#: Headings of columns that are no figures, by what they hold.
ROLES: Final[Mapping[str, frozenset[str]]] = {
    "year": words(
        "year|time|time period|period|reference year|date|год|годы|отчетный год|период|дата|жыл|жылдар|есепті жыл"
    ),
    "value": words("value|obs value|observation value|figure|значение|мән|мәні"),
    "flag": words("flag|flags|obs flag|obs status|observation status flag|confidentiality status|conf status"),
    "indicator": words(
        "indicator|measure|subject|na item|indicator name|indicator code|series name|series code|series|"
        "indicator label|item|element|variable|indic|показатель|наименование показателя|көрсеткіш|көрсеткіш атауы"
    ),
    "measure": words(
        "unit of measure|unit measure|unit|unit mult|единица измерения|ед изм|единицы измерения|өлшем бірлігі"
    ),
    "ignore": words("№|n|no|№ п п|п п|notes|note|примечание|примечания|ескертпе"),
    "respondent": words(
        "id|uuid|index|respondent|respondent id|caseid|case id|anketa|questionnaire|респондент|номер анкеты|анкета"
    ),
    "period": words("month|quarter|week|месяц|квартал|неделя|ай|тоқсан"),
    "moment": words("submission time|today|start|end|interview date|дата опроса|дата интервью"),
}

#: Sections by what they say: dimension to value to spellings (`word_key`).
DIMENSIONS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "sex": {
        "both": words(
            "both sexes|both|men and women|males and females|оба пола|мужчины и женщины|екі жыныс|ерлер мен әйелдер"
        ),
        "male": words("male|males|men|man|m|мужчины|мужчина|мужской|мужской пол|муж|ерлер|еркектер|ер адамдар"),
        "female": words("female|females|women|woman|f|женщины|женщина|женский|женский пол|жен|әйелдер|әйел адамдар"),
    },
    "area": {
        "all": words("urban and rural|город и село|городское и сельское население|қала және ауыл"),
        "urban": words(
            "urban|urban population|urban areas|town|cities|город|городское|городское население|"
            "городская местность|городские поселения|в городах|қала|қалалық|қала халқы|қалалық жерлер|"
            "қалалық халық"
        ),
        "rural": words(
            "rural|rural population|rural areas|село|сельское|сельское население|сельская местность|"
            "в сельской местности|ауыл|ауылдық|ауыл халқы|ауылдық жерлер|ауылдық халық"
        ),
    },
}

#: Spellings that say the whole of every dimension.
WHOLE: Final = words(
    "total|all|t|tot|overall|все население|всё население|всего|итого|оба пола все население|барлығы|"
    "барлық халық|total population|all population|whole population|бүкіл халық"
)

#: Whole of a dimension, where its parts stand beside a figure that says nothing of it.
TOTALS: Final = {"sex": "both", "area": "all"}

#: Stems by which a title or a sheet's name says one part of a dimension.
_STEMS: Final = {
    "sex": {
        "male": r"\b(?:мужчин\w*|мужск\w*|males?|men|ерлер\w*)\b",
        "female": r"\b(?:женщин\w*|женск\w*|females?|women|әйел\w*)\b",
    },
    "area": {
        "urban": r"\b(?:городск\w+ (?:населени|местност|поселени)\w*|urban|қалалық|қала халқы\w*)\b",
        "rural": r"\b(?:сельск\w+ (?:населени|местност)\w*|rural|ауылдық|ауыл халқы\w*)\b",
    },
}

#: Rows of whole countries, groups of countries and districts.
_AGGREGATE: Final = re.compile(
    r"(?:total|всего|итого|барлығы|жиыны|world|мир|весь мир|әлем)(?: (?:по|for|in)\b.*)?\Z"
    r"|(?:.* )?(?:общий итог|итог|итого|grand total|subtotal|total)\Z|total all countries or areas\Z"
    r"|.*\bфедеральн\w+ округ\w*\b|eu ?\d\d\b.*|ec\d*\b.*|ea ?\d\d\b.*|ea\Z|eu\Z|efta\b.*"
    r"|european union\b.*|euro area\b.*|европейский союз\b.*|arab world|central europe and the baltics"
    r"|(?:(?:early|late|post|pre) demographic dividend|fragile and conflict affected situations)\Z"
    r"|(?:east asia|europe|latin america|middle east|north america|south asia|sub saharan africa|africa)"
    r"(?: (?:and|pacific|central asia|the caribbean|caribbean|north africa|eastern|western|southern).*"
    r"| (?:excluding|ida|ibrd).*)?\Z"
    r"|(?:high|low|middle|upper middle|lower middle|low and middle) income\b.*|least developed countries\b.*"
    r"|(?:very high|high|medium|low) human development\Z|arab states\Z|small island developing states\Z"
    r"|developing countries\Z|organisation for economic co operation and development\Z"
    r"|.*\bsmall states\Z|heavily indebted poor countries\b.*|(?:ida|ibrd)\b.*|oecd\b.*|not classified\Z"
    r"|россия|российская федерация|снг|cis\Z"
)

_FOOTNOTE: Final = re.compile(
    r"(?:\d{1,2}\)|[¹²³⁴-⁹]|\*|†|‡|примечани|notes?\b|source|источник|ескерт|дереккөз|:\s*(?:not available|flag)"
    r"|special value|data extracted|dataset|available flags|© |copyright|обновлено|last updated|data source|extracted"
    r"|fnseqid|footnotes?\b|--|…\s*[-=]|\.\.\s*[-=])",
    re.IGNORECASE,
)
_OF_WHICH: Final = re.compile(r"(?:of which|including|в том числе|из них|соның ішінде|оның ішінде)\b.*")

#: Headings of columns of places.
_UNITS: Final = words(
    "country|country name|country or area|countries|area|area name|ref area|reference area|ref area label|geo|"
    "geopolitical entity|location|entity|region|region name|regions|state|province|district|county|municipality|"
    "territory|economy|city|town|settlement|place|unit name|населенный пункт|моногород|елді мекен|"
    "страна|страны|регион|регионы|наименование региона|субъект|субъект рф|субъект российской федерации|область|район|"
    "территория|город|города|муниципальное образование|наименование территории|"
    "ел|өңір|өңірлер|облыс|аудан|аумақ|қала"
)

#: Flags of Eurostat and SDMX beside or behind a figure.
FLAGS: Final = frozenset("abcdefgijklmnopqrstuvwxz") | {"ep", "be", "bp", "de", "dp", "er", "et", "pe"}

#: Codes of ISO 3166, two letters and three.
_ISO: Final = (
    "ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE "
    "BABIH BBBRB BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS "
    "BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN "
    "COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST "
    "EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF "
    "GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD "
    "HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM "
    "JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA "
    "LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD "
    "MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM "
    "NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG "
    "PHPHL PKPAK PLPOL PMSPM PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA "
    "SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD "
    "STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON "
    "TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR "
    "VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE "
)
TWO_TO_THREE: Final[Mapping[str, str]] = {
    **{pair[:2]: pair[2:] for pair in _ISO.split()},
    "EL": "GRC",
    "UK": "GBR",
    "XK": "XKX",
}
THREE_TO_TWO: Final[Mapping[str, str]] = {three: two for two, three in reversed(list(TWO_TO_THREE.items()))}

#: Columns of text by the dimension that their heading names, where a cell says the whole.
DIMENSION_NAMES: Final[Mapping[str, str]] = {
    "sex": "sex",
    "gender": "sex",
    "пол": "sex",
    "жынысы": "sex",
    "area": "area",
    "type of area": "area",
    "degurba": "area",
}

#: Languages that one label is printed in.
_LANGUAGES: Final = 3

#: Length of a code of a country, unlike those of continents.
_TWO_LETTERS: Final = 2

_NUMBERED = re.compile(r"(?<=\D)\s*\d{1,2}\)(?:[\s,;]*\d{1,2}\))*\Z|\s+\d{1,2}\)(?:[\s,;]*\d{1,2}\))*\Z")


_SCALE: Final = {
    "thousand": r"\b(?:тыс|тысяч\w*|thousands?|мың)\b",
    "million": r"\b(?:млн|миллион\w*|millions?|mln)\b",
    "billion": r"\b(?:млрд|миллиард\w*|billions?|bln)\b",
    "%": r"%|\b(?:процент\w*|percent|per cent|пайыз\w*)\b",
}
_RATE: Final = re.compile(
    r"(?:\bна|\bper)\s+\d[\d ]*\s*(?:тыс\w*|thousand\w*|млн|million)|\d\s*(?:тыс\w*|мың)\s*\w*\s*шаққанда"
)


def scales_of(text: str) -> set[str]:
    """Sizes that a heading says its figures are in: thousands, millions, percent.

    Examples
    --------
    >>> scales_of("Население, тыс. человек"), scales_of("на 100 тысяч человек"), scales_of("прирост в %")
    ({'thousand'}, set(), {'%'})
    """
    bare = _RATE.sub("", text.casefold())
    return {scale for scale, pattern in _SCALE.items() if re.search(pattern, bare)}


@lru_cache(maxsize=KEPT)
def bare_label(text: str) -> str:
    """A label without marks of footnotes: raised ones, asterisks, and a digit with a bracket.

    Examples
    --------
    >>> bare_label("Республика Крым1)"), bare_label("2014 2)"), bare_label("Туркестанская*")
    ('Республика Крым', '2014', 'Туркестанская')
    """
    return _NUMBERED.sub("", without_marks(text)).strip()


@lru_cache(maxsize=KEPT)
def languages_of(text: str) -> tuple[str, ...]:
    """Parts of a label that may be printed in several languages, a stroke or a new line between; itself alone else.

    Examples
    --------
    >>> languages_of("Ақмола облысы / Акмолинская область"), languages_of("Births / deaths")
    (('Ақмола облысы', 'Акмолинская область'), ('Births / deaths',))
    """
    for mark in (r"\s*\n\s*", r"\s+/\s*|\s*/\s+", r"/", r"\s*\|\s*"):
        parts = [p.strip() for p in re.split(mark, text.strip()) if p.strip()]
        scripts = [_script(p) for p in parts]
        if 1 < len(parts) <= _LANGUAGES and "" not in scripts and scripts.count("en") < 2:
            return tuple(parts)
    return (text,)


def _script(text: str) -> str:
    key = text.casefold()
    if re.search("[әғқңөұүһі]", key):
        return "kk"
    return "ru" if re.search("[а-я]", key) else "en" if re.search("[a-z]", key) else ""


def agreed(text: str, find: Callable[[str], str]) -> str:
    """What all parts of a label in several languages mean; "" where they differ.

    A part that means nothing is a translation only where it is in another script.

    Examples
    --------
    >>> codes = {"Ақмола": "AKM", "Акмолинская": "AKM", "Aktobe": "AKT"}
    >>> [agreed(t, lambda p: codes.get(p, "")) for t in ("Ақмола/Акмолинская", "Ақмола / Aktobe", "Акмолинская/район")]
    ['AKM', '', '']
    """
    parts = languages_of(text)
    told = {part: find(part) for part in parts} if len(parts) > 1 else {}
    found = {t for t in told.values() if t}
    spoken = {_script(part) for part, t in told.items() if t}
    silent = {_script(part) for part, t in told.items() if not t}
    return found.pop() if len(found) == 1 and not spoken & silent else ""


@lru_cache(maxsize=KEPT)
def role_of(text: str) -> str:
    """What a column holds by its heading; "" where the heading does not say it.

    Examples
    --------
    >>> role_of("TIME_PERIOD"), role_of("OBS_VALUE"), role_of("Area")
    ('year', 'value', '')
    """
    key = word_key(text.rpartition(":")[0] or text) if text[:1].isupper() and ": " in text else word_key(text)
    return next((role for role, words in ROLES.items() if key in words), "")


def dims_of(text: str) -> dict[str, str] | None:
    """Part of the population that a label says, and nothing else; None for another label.

    Examples
    --------
    >>> dims_of("Городское население"), dims_of("Men"), dims_of("Всё население"), dims_of("Ridder")
    ({'area': 'urban'}, {'sex': 'male'}, {}, None)
    """
    told = _dims_of(text)
    return None if told is None else dict(told)


@lru_cache(maxsize=KEPT)
def _dims_of(text: str) -> dict[str, str] | None:
    key = re.sub(
        r"^(?:из (?:него|них|нее)|в том числе|в т ч|of which|including) ", "", word_key(bare_label(text).rstrip(" :."))
    )
    if key in WHOLE:
        return {}
    for dim, values in DIMENSIONS.items():
        for value, words in values.items():
            if key in words:
                return {dim: value}
    parts = [p for p in re.split(r"\s*[,;/(]\s*", bare_label(text).rstrip(" :.)")) if p]
    if 1 < len(parts) < 4:
        told = [dims_of(p) for p in parts]
        if all(t is not None for t in told):
            return {k: v for t in told if t for k, v in t.items()}
    return None


def dims_in(text: str) -> dict[str, str]:
    """Parts of the population that a title names; a dimension of which it names several is left out.

    Examples
    --------
    >>> dims_in("Ожидаемая продолжительность жизни мужчин"), dims_in("Мужчины и женщины")
    ({'sex': 'male'}, {})
    """
    found = {}
    for dim, stems in _STEMS.items():
        told = [value for value, stem in stems.items() if re.search(stem, text.casefold())]
        if len(told) == 1:
            found[dim] = told[0]
    return found


def is_aggregate(text: str) -> bool:
    """Whether a row's label says a total or a group of units.

    Examples
    --------
    >>> [is_aggregate(t) for t in ("Arab World", "Центральный федеральный округ", "Итого", "EU27_2020", "Ridder")]
    [True, True, True, True, False]
    """
    return bool(_AGGREGATE.match(word_key(bare_label(text).rstrip(" :."))))


def is_footnote(text: str) -> bool:
    """Whether a text that stands alone is a note."""
    return bool(_FOOTNOTE.match(text.strip()))


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    """Names of countries in three languages."""
    return frozenset(
        word_key(name)
        for language in ("en", "ru", "kk")
        for code, name in Locale(language).territories.items()
        if len(code) == _TWO_LETTERS and code.isalpha()
    )


def is_country(text: str) -> bool:
    """Whether a label is the name of a country, with or without the word for republic.

    Examples
    --------
    >>> [is_country(t) for t in ("Республика Казахстан", "Kazakhstan", "Қазақстан Республикасы", "Республика Коми")]
    [True, True, True, False]
    """
    key = word_key(bare_label(text))
    bare = re.sub(r"^(?:республика|republic of|the republic of) | республикасы$", "", key)
    return bool({key, bare} & _countries())


def is_unit_heading(text: str) -> bool:
    """Whether a heading says that its column names places.

    Examples
    --------
    >>> [is_unit_heading(t) for t in ("Country Name", "ref_area.label", "Регион", "Domain")]
    [True, True, True, False]
    """
    return word_key(text) in _UNITS


def is_of_which(text: str) -> bool:
    """Whether a text that stands alone only says that parts follow."""
    return bool(_OF_WHICH.match(word_key(text.rstrip(" :."))))
