"""Names of sheets and headings of columns that a study may use: English, Russian, Kazakh, COINr and the COIN Tool."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from monotown.base.parsing import without_marks


def key_of(text: str) -> str:
    """Spelling that the variants of a heading share: case, spaces, points and marks of footnotes do not count.

    Examples
    --------
    >>> key_of(" uCode "), key_of("Код_объекта¹"), key_of("Max."), key_of("name_ru")
    ('ucode', 'код объекта', 'max', 'name ru')
    """
    if text.isascii() and text.isalnum():  # most codes
        return text.lower()
    folded = unicodedata.normalize("NFC", without_marks(text)).casefold().replace("ё", "е")
    kept = " ".join(re.sub(r"[^\w%]+|_", " ", folded).split())
    return kept or folded.strip()


#: Sheet of a study to other names of it; a number or words after the name of the data do not count.
SHEET_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "indicators": ("indicator", "imeta", "framework", "показатели", "индикаторы", "көрсеткіштер", "индикаторлар"),
    "units": ("unit", "единицы", "объекты", "территории", "бірліктер", "нысандар", "аумақтар"),
    "data": ("idata", "database", "данные", "деректер"),
    "weights": ("judgments", "judgements", "веса", "оценки экспертов", "салмақтар", "сарапшылар бағасы"),
    "indices": ("indexes", "индексы", "индекстер"),
    "unit_sets": ("наборы", "группы единиц", "жиындар"),
    "crosswalk": ("соответствие", "переход", "сәйкестік"),
    "variables": ("переменные", "айнымалылар"),
    "goalpost_sets": ("наборы границ", "границы шкал", "шектер жиындары", "шкала шектері"),
    "readings": ("прочтения", "оқылымдар"),
    "comparisons": ("сравнения", "салыстырулар"),
    "jumps": ("скачки", "секірістер"),
    "claims": ("claim", "утверждения", "тұжырымдар"),
    "about": ("о книге", "об исследовании", "сведения", "кітап туралы", "зерттеу туралы", "мәліметтер"),
    "catalogue": ("каталог",),
    "town_register": (),
    "shapes": (),
}

#: Sheets that tell how a workbook is filled, and nothing of the study.
HELP: Final = frozenset({"how to", "как заполнять", "қалай толтыру керек"})

#: Sheets of which a study may have several.
SEVERAL: Final = ("data", "weights")

_UNIT: Final = ("единица", "объект", "территория", "бірлік", "нысан", "аумақ")
_LATITUDE: Final = ("lat", "широта", "ендік")
_LONGITUDE: Final = ("lon", "long", "lng", "долгота", "бойлық")
_NAME: Final = ("название", "наименование", "имя", "атауы", "атау")
_WEIGHT: Final = ("вес", "салмақ", "салмағы")
_NOTE: Final = ("примечание", "ескерту", "ескертпе")
_YEAR: Final = ("time", "period", "год", "период", "жыл", "жылы")
_VALUE: Final = ("value", "obs value", "значение", "мәні", "мән")

#: Column of a sheet to other headings of it.
HEADINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "indicators": {
        "id": ("icode", "indcode", "indicator code", "code", "код", "код показателя", "коды", "идентификатор"),
        "name": ("iname", "indname", "indicator name", "indicator", "показатель", "көрсеткіш", *_NAME),
        "parent": ("group", "block", "родитель", "группа", "блок", "тобы", "топ", "жоғарғысы"),
        "direction": ("polarity", "направление", "направленность", "бағыты", "бағыт"),
        "weight": ("iweight", "indweight", *_WEIGHT),
        "unit": ("unit of measure", "measure", "единица измерения", "единица", "ед изм", "өлшем бірлігі", "бірлігі"),
        "low": (
            *("min", "minimum", "lower", "low goalpost", "goalpost low", "минимум", "нижняя граница", "мин"),
            *("төменгі шек", "ең азы"),
        ),
        "high": (
            *("max", "maximum", "upper", "high goalpost", "goalpost high", "максимум", "верхняя граница", "макс"),
            *("жоғарғы шек", "ең көбі"),
        ),
        "transform": ("преобразование", "түрлендіру"),
        "aggregation": ("агрегирование", "агрегация", "біріктіру"),
        "floor": ("пол", "еден"),
        "missing": ("пропуски", "бос мәндер"),
        "outliers": ("выбросы", "шеткі мәндер"),
        "normalisation": ("normalization", "нормализация", "нормирование", "нормалау"),
        "formula": ("формула",),
        "denominator": ("denom", "знаменатель", "бөлгіш", "бөлімі"),
        "note": _NOTE,
        "index": ("индекс",),
        "quantity_kind": ("kind of quantity", "вид величины", "шама түрі"),
        "reads_as": ("читается как", "оқылуы"),
        "source": ("источник", "дереккөз"),
    },
    "units": {
        "code": ("ucode", "unitcode", "unit code", "iso3", "iso", "код", "коды"),
        "name": ("uname", "unitname", "unit name", "unit", *_UNIT, *_NAME),
        "region": ("parent", "регион", "область", "өңір", "облыс"),
        "level": ("уровень", "деңгейі"),
        "reference": ("справочно", "анықтамалық"),
        "latitude": _LATITUDE,
        "longitude": _LONGITUDE,
        "aliases": ("другие названия", "басқа атаулары"),
        "population": ("население", "халық", "халық саны"),
    },
    "data": {
        "unit": (
            *("ucode", "unitcode", "unit code", "code", "iso3", "uname", "unitname", "unit name", "name", "country"),
            *("region", "city", "town", "municipality", "district", "организация", "регион", "область", "город"),
            *("страна", "район", "муниципалитет", "код", "коды", "өңір", "облыс", "қала", "аудан", "ел"),
            *(*_UNIT, *_NAME),
        ),
        "year": _YEAR,
        "indicator": ("icode", "indcode", "variable", "indicator code", "показатель", "көрсеткіш", "переменная"),
        "value": _VALUE,
        "kind": ("вид данных", "дерек түрі"),
        "source": ("источник", "дереккөз"),
        "dims": ("разрез", "бөлініс"),
    },
    "weights": {
        "id": ("icode", "indicator", "code", "показатель", "көрсеткіш", "код"),
        "weight": _WEIGHT,
        "index": ("индекс",),
        "method": ("scheme", "метод", "способ", "әдіс"),
        "expert": ("эксперт", "сарапшы"),
        "node": ("узел", "блок", "түйін"),
        "first": ("первый", "первое", "бірінші"),
        "second": ("второй", "второе", "екінші"),
        "value": ("judgment", "judgement", "points", "оценка", "баллы", *_VALUE, "бағасы", "баллдар"),
        "kind": ("вид данных", "дерек түрі"),
    },
    "goalpost_sets": {
        "indicator": ("id", "icode", "показатель", "көрсеткіш"),
        "set": ("набор", "жиын"),
        "low": ("min", "минимум", "нижняя граница", "төменгі шек", "ең азы"),
        "high": ("max", "максимум", "верхняя граница", "жоғарғы шек", "ең көбі"),
        "transform": ("преобразование", "түрлендіру"),
        "source": ("источник", "дереккөз"),
    },
    "unit_sets": {"set": ("набор", "жиын"), "unit": _UNIT},
    "crosswalk": {"unit": _UNIT, "member": ("часть", "бөлік"), "before": ("прежде", "бұрын"), "split": ("год", "жыл")},
    "jumps": {
        "unit": _UNIT,
        "variable": ("indicator", "показатель", "переменная", "көрсеткіш", "айнымалы"),
        "from": ("с", "бастап"),
        "to": ("по", "дейін"),
        "verdict": ("вердикт", "үкім"),
        "reason": ("причина", "себебі"),
        "source": ("источник", "дереккөз"),
    },
    "indices": {
        "id": ("code", "код", "коды"),
        "name": _NAME,
        "years": ("годы", "жылдар"),
        "units": ("единицы", "набор", "жиын", "бірліктер"),
        "root": ("корень", "түбір"),
        "scale": ("шкала",),
        "kind": ("вид данных", "дерек түрі"),
        "note": _NOTE,
    },
    "claims": {
        "id": ("code", "код", "коды"),
        "place": ("место", "орны"),
        "quotation": ("quote", "цитата", "дәйексөз"),
        "stated": ("утверждается", "айтылғаны"),
        "digits": ("decimals stated", "знаков", "таңбалар"),
        "check": ("проверка", "тексеру"),
        "reading": ("прочтение", "оқылуы"),
        "severity": ("важность", "маңыздылығы"),
        "why": ("почему", "неге"),
    },
    "about": {"key": ("ключ", "параметр", "кілт"), "value": _VALUE},
}

#: What cells of a column may say to other words for it; a language may take any, and so may the sheet about.
CELL_WORDS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "verdict": {
        "explained": ("объяснено", "түсіндірілген"),
        "implausible": ("неправдоподобно", "шынайы емес"),
        "open": ("открыто", "ашық"),
    },
    "aggregation": {
        "arithmetic": ("mean", "среднее арифметическое", "арифметическое", "арифметикалық орта", "арифметикалық"),
        "geometric": ("среднее геометрическое", "геометрическое", "геометриялық орта", "геометриялық"),
        "harmonic": ("среднее гармоническое", "гармоническое", "гармониялық орта", "гармониялық"),
        "power": ("степенное среднее", "степенное", "дәрежелік орта", "дәрежелік"),
        "mpi": ("мацциотта парето", "мацциотта парето әдісі"),
        "ampi": ("мацциотта парето уточненный", "мацциотта парето нақтыланған"),
        "owa": ("порядковые веса", "реттік салмақтар"),
        "copeland": ("коупленд", "копленд әдісі"),
        "condorcet": ("кондорсе", "кондорсе әдісі"),
        "minimum": ("минимум", "ең азы"),
        "median": ("медиана", "медианалық"),
        "topsis": ("топсис", "топсис әдісі"),
    },
    "missing": {
        "none": ("нет", "оставить", "жоқ", "қалдыру"),
        "reweight": ("перевзвесить", "перераспределить веса", "салмақты қайта бөлу"),
        "refuse": ("не вычислять", "есептемеу"),
        "mean": ("среднее", "орташа", "орта"),
        "median": ("медиана", "медианалық"),
        "interpolate": ("интерполяция", "интерполяциялау"),
        "carry": ("последнее значение", "соңғы мән"),
        "interpolate_carry": ("интерполяция и последнее значение", "интерполяция және соңғы мән"),
        "mice": ("цепные уравнения", "тізбекті теңдеулер"),
    },
    "outliers": {
        "none": ("нет", "жоқ"),
        "winsorise": ("винсоризация", "винсоризациялау"),
        "winsorise_log": ("винсоризация и логарифм", "винсоризация және логарифм"),
        "mad": ("медианное отклонение", "медианалық ауытқу"),
    },
    "transform": {
        "none": ("нет", "жоқ"),
        "log": ("логарифм", "логарифмдеу"),
        "log1p": ("логарифм от 1 x", "логарифм 1 x"),
        "boxcox": ("бокс кокс", "бокс кокс түрлендіруі"),
    },
    "normalisation": {
        "minmax": ("мин макс", "мин макс шектері бойынша"),
        "minmax_sample": ("мин макс по выборке", "таңдама бойынша мин макс"),
        "zscore": ("z оценка", "z баға"),
        "rank": ("ранг", "орын"),
        "percentile": ("процентиль", "процентильдер"),
        "borda": ("баллы борда", "борда ұпайлары"),
        "distance_to_target": ("расстояние до цели", "мақсатқа дейінгі қашықтық"),
        "distance_to_frontier": ("отношение к лучшему", "үздікке қатынас"),
        "ratio_to_average": ("отношение к среднему", "ортаға қатынас"),
        "log_ratio_to_average": ("логарифм отношения к среднему", "ортаға қатынастың логарифмі"),
        "sd_from_average": ("стандартные отклонения от среднего", "ортадан стандартты ауытқу"),
        "above_below_average": ("выше и ниже среднего", "ортадан жоғары және төмен"),
        "logistic": ("логистическая", "логистикалық"),
    },
    "weights": {
        "equal_by_block": ("равные по блокам", "блоктарға тең"),
        "equal_by_indicator": ("равные по показателям", "көрсеткіштерге тең"),
        "equal_by_type": ("равные по типам", "түрлерге тең"),
        "entropy": ("энтропия", "энтропия әдісі"),
        "critic": ("критик", "критик әдісі"),
        "standard_deviation": ("стандартное отклонение", "стандартты ауытқу"),
        "merec": ("мерек", "мерек әдісі"),
        "pca": ("главные компоненты", "бас компоненттер"),
        "pca_varimax": ("главные компоненты с вращением", "бұрылған бас компоненттер"),
        "equal_importance": ("равная важность", "тең маңыздылық"),
        "benefit_of_the_doubt": ("наилучшие для каждого веса", "әрқайсысына ең қолайлы салмақ"),
        "budget_allocation": ("баллы экспертов", "сарапшылар ұпайлары"),
        "best_worst": ("лучший худший", "ең жақсы ең нашар"),
        "ahp": ("метод анализа иерархий", "иерархияларды талдау әдісі"),
    },
    "kind": {
        "official": ("официальные", "официальная статистика", "ресми", "ресми статистика"),
        "published": ("опубликованные", "жарияланған"),
        "synthetic": ("синтетические", "вымышленные", "синтетикалық", "ойдан алынған"),
        "assumed": ("допущение", "жорамал"),
    },
    "quantity_kind": {
        "count": ("количество", "число", "сан", "саны"),
        "money": ("деньги", "сумма", "ақша"),
        "percent": ("процент", "проценты", "пайыз"),
        "share": ("доля", "үлес"),
        "score": ("балл", "баллы", "ұпай"),
    },
}

#: Headings of the form of COINr (iMeta, iData) and of the COIN Tool (Framework, Database).
COIN: Final = frozenset({"icode", "ucode", "indcode", "unitcode"})

#: Its columns that a study says in another way: by its tree, or by the sheet that a row is of.
COIN_OWN: Final = frozenset({"level", "type", "target"})

#: Texts of its cells that say nothing.
ABSENT: Final = frozenset({"NA", "N/A", "#N/A"})

#: Keys of ``about`` in other languages.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("название", "заголовок", "атауы", "тақырып"),
    "publisher": ("издатель", "жариялаушы"),
    "terms": ("licence", "license", "условия", "лицензия", "шарттар"),
    "year": ("год", "жыл", "жылы"),
    "years": ("годы", "жылдар"),
    "languages": ("language", "языки", "язык", "тілдер", "тіл"),
    "contact": ("контакт", "байланыс"),
    "unit_word": ("слово для единицы", "бірлік сөзі"),
    "kind": ("вид данных", "дерек түрі"),
    "decimal": ("десятичный знак", "ондық таңба"),
    "source": ("источник", "дереккөз"),
}


def named(text: str, known: Mapping[str, Sequence[str]]) -> str:
    """The name that a spelling stands for; "" where it is none.

    Examples
    --------
    >>> named("uName", HEADINGS["units"]), named("Показатели", SHEET_NAMES), named("Notes", SHEET_NAMES)
    ('name', 'indicators', '')
    """
    key = key_of(text)
    found = next((name for name in known if key == key_of(name)), "")
    return found or next((name for name, others in known.items() if key in others), "")


def told_word(column: str, text: str) -> str:
    """What a cell of a column says in the words that the methods and kinds go by; other texts as they are.

    A rule for missing values may name a column of units after ``by``: ``медиана по climate``.

    Examples
    --------
    >>> told_word("aggregation", "Среднее геометрическое"), told_word("aggregation", "method: power; exponent: 0.5")
    ('geometric', 'method: power; exponent: 0.5')
    >>> told_word("missing", "медиана по climate"), told_word("missing", "climate бойынша медиана")
    ('median by climate', 'median by climate')
    """
    words = CELL_WORDS[column]
    grouped = _BY.fullmatch(text) if column == "missing" else None
    if grouped:
        rule, by = (grouped[1], grouped[2]) if grouped[1] else (grouped[4], grouped[3])
        return f"{named(rule, words)} by {by}" if named(rule, words) else text
    return text if text in words else named(text, words) or text


_BY: Final = re.compile(r"(\S+)\s+(?:by|по)\s+(.+)|(.+)\s+бойынша\s+(\S+)")


def sheet_of(name: str) -> str:
    """Sheet of a study that a sheet of a workbook is, by its name; "" where it is none.

    Examples
    --------
    >>> [sheet_of(n) for n in ("iMeta", "Data 2", "данные_2021", "Weights AHP", "Sheet1")]
    ['indicators', 'data', 'data', 'weights', '']
    """
    found = named(name, SHEET_NAMES)
    first = named(key_of(name).partition(" ")[0].rstrip("0123456789"), SHEET_NAMES)
    return found or (first if first in SEVERAL else "")
