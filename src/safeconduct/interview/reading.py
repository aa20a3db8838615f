"""Where in the file does a value stand? YAML read together with its lines, so that every refusal can name its place."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import yaml

from safeconduct.interview.errors import TextWrong

Text = Mapping[str, str]  # language → words
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Entry:
    """One mapping of a file: its values, and the line of each."""

    def __init__(self, file: str, node: yaml.MappingNode, where: str = "") -> None:
        self.file, self.line, self.where = file, node.start_mark.line + 1, where
        self._nodes: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in self._nodes:
                raise TextWrong(file, key.start_mark.line + 1, where, f"`{name}` stands twice")
            self._nodes[name] = value

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def refuse(self, reason: str, key: str = "") -> NoReturn:
        node = self._nodes.get(key)
        raise TextWrong(self.file, node.start_mark.line + 1 if node else self.line, self.where, reason)

    def only(self, *known: str) -> None:
        """Refuse a key that is not known: most often a slip of the pen that would be silently left out."""
        for key in self._nodes:
            if key not in known:
                self.refuse(f"`{key}` is not a key that is known here", key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def string(self, key: str, default: str | None = None) -> str:
        node = self._nodes.get(key)
        if node is None:
            if default is None:
                self.refuse(f"`{key}` is missing")
            return default
        if not isinstance(node, yaml.ScalarNode) or node.tag != "tag:yaml.org,2002:str":
            self.refuse(f"`{key}` must be a text; put it in quotes", key)
        return str(node.value)

    def whole(self, key: str) -> int:
        value = self._plain(key)
        if type(value) is not int or value < 1:
            self.refuse(f"`{key}` must be a whole number from 1", key)
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        if key not in self and default is not None:
            return default
        value = self._plain(key)
        if not isinstance(value, bool):
            self.refuse(f"`{key}` must be true or false", key)
        return value

    def strings(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        if key not in self and default is not None:
            return default
        value = self._plain(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.refuse(f"`{key}` must be a list of texts", key)
        return tuple(value)

    def words(self, key: str, languages: tuple[str, ...], *, required: bool = True) -> Text:
        """The same words in each of `languages`, with the same placeholders; empty where it may be missing."""
        if key not in self and not required:
            return {}
        entry = self.entry(key)
        words = {}
        for language in entry:
            if language not in languages:
                entry.refuse(f"`{key}` has an unknown language {language}", language)
            words[language] = entry.string(language).strip()
            if not words[language]:
                entry.refuse(f"`{key}` is empty in {language}", language)
        for language in languages:
            if language not in words:
                entry.refuse(f"`{key}` is missing in {language}")
            if set(PLACEHOLDER.findall(words[language])) != set(PLACEHOLDER.findall(words[languages[0]])):
                entry.refuse(f"`{key}` has other placeholders in {language} than in {languages[0]}", language)
        return words

    def entry(self, key: str, where: str | None = None) -> "Entry":
        node = self._nodes.get(key)
        if node is None:
            self.refuse(f"`{key}` is missing")
        if not isinstance(node, yaml.MappingNode):
            self.refuse(f"`{key}` must be a mapping", key)
        return Entry(self.file, node, self.where if where is None else where)

    def entries(self, key: str, naming: str = "", *, required: bool = True) -> list["Entry"]:
        """The list of mappings under `key`; `naming` is put before the name of each, for refusals: "step"."""
        node = self._nodes.get(key)
        if node is None:
            if required:
                self.refuse(f"`{key}` is missing")
            return []
        if not isinstance(node, yaml.SequenceNode) or not all(isinstance(n, yaml.MappingNode) for n in node.value):
            self.refuse(f"`{key}` must be a list of mappings", key)
        found = []
        for item in node.value:
            entry = Entry(self.file, item, self.where)
            if naming:
                name = next((str(v.value) for k, v in entry._nodes.items() if k in ("name", "id")), "without a name")
                entry.where = f"{self.where}, {naming} {name}" if self.where else f"{naming} {name}"
            found.append(entry)
        return found

    def _plain(self, key: str) -> Any:
        if key not in self:
            self.refuse(f"`{key}` is missing")
        return yaml.SafeLoader("").construct_document(self._nodes[key])


def read(file: Path) -> Entry:
    """The mapping that a file holds. Raises `TextWrong`."""
    name = f"{file.parent.name}/{file.name}"
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except FileNotFoundError:
        raise TextWrong(name, 1, "", "the file is missing") from None
    except UnicodeDecodeError:
        raise TextWrong(name, 1, "", "the file is not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "not YAML"
        raise TextWrong(name, mark.line + 1 if mark else 1, "", f"not YAML: {reason}") from None
    if not isinstance(node, yaml.MappingNode):
        raise TextWrong(name, 1, "", "must hold one mapping")
    return Entry(name, node)


def fill(words: str, values: Mapping[str, object]) -> str:
    """`words` with `{name}` filled in; a placeholder without a value raises `KeyError`. Never looks inside a value."""
    return PLACEHOLDER.sub(lambda found: str(values[found[1]]), words)
