"""The language of texts for people: one file per language, `languages/<code>.toml` beside this module.

`en.toml` has the sentences that belong to no data of their own; the English texts of rules, strengths, topics and the
like stand with their data. Every other language has both: the sentences under the same keys, and its words for the data
(`[rules.mud]`) in the form that the data has. How to add one: CONTRIBUTING.md.

The language is a context variable, as in gettext's users: texts are made many calls below what knows the request. What
knows it sets it (`in_language`); in a task or thread that nothing was set in it is English.
"""

import gettext
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, reduce
from importlib import resources
from types import MappingProxyType
from typing import Any

ENGLISH, GERMAN = "en", "de"
"""Codes of languages (ISO 639-1): names of the files."""

LANGUAGES = MappingProxyType({ENGLISH: "English", GERMAN: "Deutsch"})
"""Code → what the language calls itself."""

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """Code of the language in which texts are made now."""
    return _language.get()


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Make texts in a language; English for one that there is no file of."""
    token = _language.set(code if code in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _language.reset(token)


def language_of(locale: str) -> str:
    """The language for a locale, such as Discord's "en-GB", "de" or "sv-SE"; English where there is none."""
    code = locale.partition("-")[0].casefold()
    return code if code in LANGUAGES else ENGLISH


@cache
def catalogue(code: str) -> Mapping[str, Any]:
    """The file of a language, read once."""
    text = (resources.files("core.text") / "languages" / f"{code}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def worded(key: str, /, **values: object) -> str:
    """A sentence of the present language.

    Args:
        key: its place in `[sentences]`: "moments.after_the_end".
        values: what replaces the names in braces, already written for people; of a sentence with several plural forms,
            the whole number `count` chooses one.

    Raises:
        KeyError: there is no such sentence, or it has a name that is not among the values.
    """
    found = _sentence(language(), key)
    if isinstance(found, list):
        found = found[_plural_form(language())(values["count"])]
    return str(found).format_map(values)


@cache
def _sentence(code: str, key: str) -> Any:
    return reduce(lambda part, name: part[name], key.split("."), catalogue(code)["sentences"])


@cache
def _plural_form(code: str) -> Callable[[Any], int]:
    # the stdlib's reader of gettext's plural expressions has no stubs
    compiled: Callable[[Any], int] = gettext.c2py(catalogue(code)["plural_forms"])
    return compiled


def name_in_language(section: str, english: str) -> str:
    """A name that data or a stored value has in English ("dance tracks"), in the present language.

    Args:
        section: section of names in the file of the language.
        english: the English name; it stays where the language has none for it.
    """
    names: Mapping[str, str] = catalogue(language()).get(section, {})
    return names.get(english, english)


def translated(code: str, section: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """English data with the texts of a language in place of its own.

    Args:
        code: the language.
        section: name of the data in the file of the language: "rules".
        table: the data; what the language has no text for stays English.
    """
    return _laid_over(table, catalogue(code).get(section, {}))


def _laid_over(table: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _laid_over(value, texts[name]) if isinstance(value, Mapping) and name in texts else texts.get(name, value)
        for name, value in table.items()
    }
