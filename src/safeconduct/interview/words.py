"""With which words do we know each other again? Our answer-back words, drawn from lists of our own.

Every word is plain, easy to say over a telephone and to spell, and unlike the others. Left out: names of people and
places, words of war, belief and politics, colours with a second meaning, slang, names of weapons (many are flowers,
trees and birds), and spellings that vary (ё, apostrophe).
"""

import secrets
from collections.abc import Mapping
from typing import Literal

Gender = Literal["m", "f", "n"]

_RU: dict[Gender, str] = {
    "m": """
        чайник кувшин стакан блокнот зонт шарф апельсин арбуз абрикос кабачок пирог сахар компот кисель орех ручей
        холм камень песок дождь рассвет закат вечер четверг вторник август апрель порог потолок балкон коридор
        подоконник фонарь звонок рояль вальс театр музей велосипед трамвай парус кролик воробей снегирь дельфин
        жираф пингвин
    """,
    "f": """
        ступень лестница ложка тарелка чашка скатерть подушка тетрадь книга страница открытка пуговица варежка
        корзина лампа скамейка калитка поляна долина радуга роса весна осень суббота пятница слива вишня клубника
        черника тыква морковь капуста сметана конфета кастрюля сковорода сорока белка лягушка ракушка скрипка гитара
        песня сказка кисточка
    """,
    "n": """
        яблоко облако окно озеро зеркало молоко масло варенье печенье полотенце одеяло блюдце колесо крыльцо дерево
        лето утро солнце пианино пальто кресло ведро гнездо тесто
    """,
}
_RU_KINDS = """
    тихий мягкий круглый ровный светлый ранний поздний летний зимний осенний весенний вечерний утренний дальний
    верхний нижний средний старый новый долгий короткий длинный широкий узкий высокий низкий глубокий тонкий
    толстый гладкий чистый сухой мокрый сладкий кислый спелый свежий стеклянный деревянный бумажный шерстяной
    льняной сосновый кленовый сливовый медовый молочный ржаной садовый речной снежный солнечный лунный домашний
    ясный быстрый простой добрый пятый седьмой десятый двадцатый тридцатый сотый
"""
_UK: dict[Gender, str] = {
    "m": """
        чайник глечик блокнот шарф апельсин кавун абрикос кабачок пиріг цукор компот кисіль горіх струмок пагорб
        камінь пісок світанок вечір четвер вівторок серпень квітень поріг балкон коридор ліхтар дзвінок рояль вальс
        театр музей велосипед трамвай кролик горобець снігур дельфін жираф пінгвін хліб килим місток зошит гудзик
        ключик
    """,
    "f": """
        ложка тарілка чашка подушка книга сторінка листівка рукавичка лампа лавка галявина долина веселка роса весна
        осінь субота слива вишня полуниця чорниця морква капуста сметана цукерка каструля білка мушля скрипка гітара
        пісня казка абетка сходинка скатертина драбина ковдра хмарина стежина криниця діжка солома
    """,
    "n": """
        яблуко вікно озеро дзеркало молоко масло варення печиво блюдце колесо дерево літо сонце піаніно пальто
        крісло відро гніздо тісто перо мило джерело листя коріння
    """,
}
_UK_KINDS = """
    тихий круглий рівний світлий ранній пізній літній зимовий осінній весняний вечірній дальній верхній нижній
    середній старий новий довгий короткий широкий вузький високий низький глибокий тонкий товстий гладкий чистий
    сухий мокрий солодкий кислий стиглий свіжий скляний паперовий вовняний лляний веселий сосновий кленовий
    сливовий медовий молочний житній садовий річковий сніжний сонячний домашній ясний швидкий простий добрий
    великий маленький сьомий десятий солоний двадцятий тридцятий сороковий сотий третій шостий
"""
_EN = """
    kettle notebook umbrella scarf apricot orange melon pumpkin carrot cabbage walnut sugar honey butter biscuit
    pudding stream hill pebble rainbow meadow valley sunrise evening morning saturday thursday april august
    doorstep ceiling balcony window mirror lantern piano waltz theatre museum bicycle ladder spoon saucer pillow
    blanket button mitten basket candle bench garden cherry plum strawberry rabbit squirrel sparrow dolphin
    giraffe penguin violin guitar whistle teapot carpet pocket paper
"""
_EN_KINDS = """
    quiet soft round level bright early late summer winter autumn spring distant upper lower middle old new long
    short wide narrow tall deep thin thick smooth clean dry wet sweet sour ripe fresh wooden glass paper woollen
    linen copper silver maple plum honey milky garden river snowy sunny lunar clear quick simple kind gentle
    fifth seventh ninth tenth twelfth twentieth thirtieth fortieth little big heavy light warm cool
"""


def draw_word(language: str) -> str:
    """Our word for one case: two words that agree, like «седьмая ступень». English where the language has no list."""
    if language not in _NOUNS:
        language = "en"
    noun = secrets.choice(list(_NOUNS[language]))
    kind = secrets.choice([kind for kind in _KINDS[language] if kind != noun])
    return f"{_agreeing(kind, _NOUNS[language][noun], language)} {noun}"


def draw_single_word(language: str, *, beside: str = "") -> str:
    """His word, where he skipped the question: one word of 4 to 20 letters, as the scripts ask for.

    `beside`: our word of the same case; whoever hears it must not have heard half of his.
    """
    return secrets.choice([noun for noun in _NOUNS.get(language, _NOUNS["en"]) if noun not in beside.split()])


def _agreeing(kind: str, gender: Gender, language: str) -> str:
    """The adjective in the gender of its noun; `kind` is masculine."""
    if gender == "m" or language == "en":
        return kind
    stem, ending = kind[:-2], kind[-2:]
    if language == "uk":
        return stem + {"ий": {"f": "а", "n": "е"}, "ій": {"f": "я", "n": "є"}}[ending][gender]
    if ending == "ий" and stem[-1] == "н":
        return stem + {"f": "яя", "n": "ее"}[gender]
    if ending == "ий" and stem[-1] in "жшчщ":
        return stem + {"f": "ая", "n": "ее"}[gender]
    return stem + {"f": "ая", "n": "ое"}[gender]


def _by_gender(lists: dict[Gender, str]) -> dict[str, Gender]:
    return {word: gender for gender, words in lists.items() for word in words.split()}


_NOUNS: Mapping[str, Mapping[str, Gender]] = {
    "ru": _by_gender(_RU),
    "uk": _by_gender(_UK),
    "en": dict.fromkeys(_EN.split(), "m"),
}
_KINDS: Mapping[str, tuple[str, ...]] = {
    "ru": tuple(_RU_KINDS.split()),
    "uk": tuple(_UK_KINDS.split()),
    "en": tuple(_EN_KINDS.split()),
}
