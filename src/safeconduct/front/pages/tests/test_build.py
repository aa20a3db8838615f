"""The pages as files: what stands in them, and what never does."""

import re
from html import unescape
from pathlib import PurePosixPath

import pytest

from safeconduct.front.pages.build import file_of
from safeconduct.front.pages.errors import NothingToShow
from safeconduct.front.pages.tests.making import LIBRARY, PUBLIC_URL, demonstration, site
from safeconduct.interview.terms import DEMO_TERMS

PAGES = demonstration()
LANGUAGES = LIBRARY.languages
HTML = {path: content.decode() for path, content in PAGES.items() if path.endswith(".html")}
# All but the quiet page to which the way out leads.
SHOWN = {path: html for path, html in HTML.items() if not path.endswith("x.html")}
LINK = re.compile(r'(?:href|src)="([^"]*)"')


def words_of(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def topic(name: str, language: str) -> str:
    return words_of(HTML[f"{language}/{file_of(name)}"])


def test_every_language_has_every_topic_with_its_statements_in_order() -> None:
    for language in LANGUAGES:
        for item in LIBRARY.menu:
            words = topic(item.name, language)
            titles = [
                LIBRARY.statements[id].title[language] for id in item.shows if LIBRARY.statements[id].is_available
            ]
            places = [words.rindex(f" {title} ") for title in titles]
            assert places == sorted(places)
            assert item.label[language] in words_of(HTML[f"{language}/index.html"])


def test_a_statement_stands_with_its_label_source_and_version() -> None:
    words = topic("after", "uk")

    assert "Право за законом" in words
    assert "Зобов’язання цього штабу" in words
    assert "Можливо, але не обіцяємо" in words
    assert "Підстава: Третя Женевська конвенція, ст. 5(1), 7, 12(1). Редакція 1." in words


def test_the_forms_are_reached_by_absolute_addresses() -> None:
    for language in LANGUAGES:
        start = HTML[f"{language}/index.html"]
        for form in ("n", "w", "c"):
            assert f'href="{PUBLIC_URL}/{language}/{form}"' in start


@pytest.mark.parametrize("name", ["relative", "search"])
def test_whom_the_questions_do_not_fit_is_offered_the_one_page_way(name: str) -> None:
    html = HTML[f"en/{file_of(name)}"]

    assert LIBRARY.interface.say("start/not_here_yet", "en") in words_of(html)
    assert f'href="{PUBLIC_URL}/en/w"' in html
    assert f'href="{PUBLIC_URL}/en/n"' not in html


def test_group_and_foreigner_have_their_pages_and_the_guided_way() -> None:
    for name, words in (("group", "There are several of us"), ("foreigner", "Rights of a foreigner")):
        assert words in topic(name, "en")
        assert f'href="{PUBLIC_URL}/en/n"' in HTML[f"en/{file_of(name)}"]


def test_nothing_speaks_of_what_is_not_there_yet() -> None:
    every_page = " ".join(words_of(html) for html in SHOWN.values())

    for words in ("номер для звонка", "номер для дзвінка", "call number", "Call number"):
        assert words not in every_page
    for name in ("buttons/complain", "buttons/person_now", "buttons/second_code"):
        for language in LANGUAGES:
            # "Пожаловаться" also stands inside sentences; as a link or button it must not
            assert f">{LIBRARY.interface.say(name, language)}<" not in "".join(SHOWN.values())
    assert LIBRARY.statements["complain-about-us"].title["en"] not in every_page
    # The one place where a bot is named tells of false ones.
    of_fakes = LIBRARY.statements["is-this-real"].text
    every_page = every_page.replace(of_fakes["ru"], "").replace(of_fakes["uk"], "").replace(of_fakes["en"], "")
    assert not re.findall(r"\b(?:бот[а-яіїє]*|bots?)\b", every_page, re.IGNORECASE)


def test_one_page_leads_to_second_codes_where_they_are_offered_and_in_no_other_language() -> None:
    name = file_of("phone")

    pages = demonstration(second_codes=["ru", "uk"])

    found = {path for path, content in pages.items() if re.search(rb'href="[^"]+/(?:ru|uk|en)/s"', content)}
    assert found == {f"ru/{name}", f"uk/{name}"}
    link = f'href="{PUBLIC_URL}/ru/s">{LIBRARY.interface.say("buttons/second_code", "ru")}<'
    assert link in pages[f"ru/{name}"].decode()


# -- neutral, small, alone


def test_titles_and_icons_are_neutral_on_every_page() -> None:
    for path, html in HTML.items():
        language = path.split("/")[0] if "/" in path else "ru"
        assert re.findall(r"<title>(.*?)</title>", html) == [LIBRARY.interface.say("neutral_page/title", language)]
        assert '<link rel="icon" href="data:,">' in html


def test_file_names_and_anchors_tell_nothing() -> None:
    told = {word for item in LIBRARY.menu for word in item.name.split("_")} | set(LIBRARY.statements)

    for path, html in HTML.items():
        assert re.fullmatch(r"(?:[a-z]{2}/)?(?:index|x|k[0-9a-f]{4})\.html", path)
        assert not told & set(re.findall(r'(?:id|class|name)="([^"]+)"', html))


def test_names_of_files_stay_the_same_from_release_to_release() -> None:
    assert [file_of(name) for name in ("is_it_real", "relative", "search")] == [
        "k7380.html",
        "kd2d9.html",
        "k2419.html",
    ]


def test_every_page_has_the_notice_the_policy_and_no_trace_for_others() -> None:
    for path, html in SHOWN.items():
        language = path.split("/")[0] if "/" in path else "ru"
        words = words_of(html)
        assert LIBRARY.interface.say("start/safety_line", language) in words
        assert LIBRARY.interface.say("leaving/quick_exit_note", language) in words
        assert "default-src 'none'; style-src 'self'; script-src 'self'" in html
        for meta in ('name="referrer" content="no-referrer"', 'content="noindex', 'name="format-detection"'):
            assert meta in html
        assert "<style" not in html
        assert " style=" not in html
        assert not re.search(r"<script(?! src=)", html)


# Of a demonstration, and of a site where a topic is confirmed in one of two languages.
@pytest.mark.parametrize(
    "pages",
    [PAGES, site(("who-we-are", "uk"), reviewed=(("interface", "uk"), ("interface", "ru"), ("group", "ru")))],
    ids=["demonstration", "site"],
)
def test_links_are_relative_and_lead_to_files_that_are_there(pages: dict[str, bytes]) -> None:
    for path, content in pages.items():
        if not path.endswith(".html"):
            continue
        html = content.decode()
        for link in LINK.findall(html):
            target = link.partition("#")[0]
            if link in ("data:,",) or link.startswith(PUBLIC_URL):
                continue
            assert not target.startswith(("/", "http"))
            place = PurePosixPath(path).parent
            for part in target.split("/"):
                place = place.parent if part == ".." else place / part
            assert not target or str(place) in pages, (path, link)
            anchor = link.partition("#")[2]
            assert not anchor or target or f'id="{anchor}"' in html


def test_nothing_is_fetched_from_others() -> None:
    everything = b" ".join(PAGES.values()).decode()

    assert set(re.findall(r"https?://[^/\"' ]+", everything)) == {PUBLIC_URL}
    assert "@import" not in everything
    assert "url(" not in everything


def test_every_page_with_all_its_parts_is_under_60_kilobytes() -> None:
    parts = sum(len(content) for path, content in PAGES.items() if not path.endswith(".html"))

    for path, content in PAGES.items():
        if path.endswith(".html"):
            assert len(content) + parts < 60_000, path


def test_the_same_texts_give_the_same_bytes() -> None:
    assert demonstration() == PAGES


def test_the_way_out_leads_to_an_ordinary_page_where_one_is_named() -> None:
    away = demonstration(exit_url="https://weather.example/")

    assert 'id="x" href="https://weather.example/" rel="noreferrer"' in away["uk/index.html"].decode()
    assert 'id="x" href="x.html"' in HTML["uk/index.html"]
    assert 'id="x" href="ru/x.html"' in HTML["index.html"]


# -- what was confirmed, and what was not


def test_in_a_demonstration_every_page_and_every_statement_is_marked() -> None:
    for path, html in SHOWN.items():
        language = path.split("/")[0] if "/" in path else "ru"
        assert LIBRARY.interface.say("demonstration/page", language) in words_of(html)
        mark = LIBRARY.interface.say("demonstration/mark", language)
        assert html.count(f"<b>{mark}.</b>") == html.count('class="said"')


def test_on_a_site_only_what_was_confirmed_is_shown_and_nothing_is_marked() -> None:
    reviewed = (("interface", "uk"), ("script:appeal", "uk"), ("is-this-real", "uk"), ("no-money", "uk"))
    pages = site(("who-we-are", "uk"), reviewed=reviewed)

    assert {path for path in pages if path.endswith(".html")} == {
        "index.html",
        "uk/index.html",
        "uk/x.html",
        f"uk/{file_of('is_it_real')}",
    }
    words = words_of(pages[f"uk/{file_of('is_it_real')}"].decode())
    assert "Хто ми" in words
    assert "Це правда?" in words
    # reviewed is not enough for what the headquarters must confirm
    assert "Ми не просимо грошей" not in words
    assert "Демонстраційний текст" not in words
    assert LIBRARY.interface.say("start/operator_answers", "uk") in words


def test_nobody_is_led_to_a_form_in_a_language_in_which_nothing_warns_him() -> None:
    reviewed = (("is-this-real", "uk"), ("relative-careful", "uk"), ("what-not-to-write", "uk"))
    pages = site(reviewed=(("interface", "uk"), *reviewed))

    for path, html in ((path, content.decode()) for path, content in pages.items() if path.startswith("uk/")):
        assert f"{PUBLIC_URL}/uk/w" not in html
        assert f"{PUBLIC_URL}/uk/n" not in html
        if not path.endswith("x.html"):
            assert f'href="{PUBLIC_URL}/uk/c"' in html
            for name in ("start/hello", "start/not_here_yet", "start/operator_answers", "buttons/begin"):
                assert LIBRARY.interface.say(name, "uk") not in words_of(html), (path, name)
    assert LIBRARY.interface.say("web/no_form", "uk") in words_of(pages["uk/index.html"].decode())


def test_where_only_the_questions_are_not_reviewed_the_one_page_is_offered() -> None:
    both = (("what-not-to-write", "uk"), ("what-deletion-can-do", "uk"))
    html = site(reviewed=(("interface", "uk"), *both))["uk/index.html"].decode()

    assert f'href="{PUBLIC_URL}/uk/w"' in html
    assert f"{PUBLIC_URL}/uk/n" not in html


def test_a_language_without_a_reviewed_interface_is_not_offered() -> None:
    pages = site(("who-we-are", "ru"), reviewed=(("interface", "uk"), ("is-this-real", "uk")))

    assert not any(path.startswith(("ru/", "en/")) for path in pages)
    assert 'lang="ru"' not in pages["index.html"].decode()


def test_a_statement_whose_term_is_not_set_is_left_out_and_the_page_says_so() -> None:
    lines = (("when-we-answer", "uk"), ("how-it-works", "uk"))
    without = site(*lines, reviewed=(("interface", "uk"),))
    with_term = site(*lines, reviewed=(("interface", "uk"),), terms={"answer_term": DEMO_TERMS["answer_term"]})
    page = f"uk/{file_of('how')}"

    assert "Коли ми відповідаємо" not in words_of(without[page].decode())
    assert "за 24 години" in words_of(with_term[page].decode())


def test_without_a_single_language_no_pages_are_made() -> None:
    with pytest.raises(NothingToShow, match="safeconduct statements confirm interface"):
        site(("who-we-are", "uk"))
