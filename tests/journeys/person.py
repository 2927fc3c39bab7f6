"""A person at a browser without scripts: reads pages, fills fields by their labels, presses buttons by their words."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

OPTIONAL = "（选填）"


def words(text: str) -> str:
    """Text as it is read: without the blanks a template puts between tags."""
    return re.sub(r"\s+", "", text)


class Page:
    """One page as it came; ``"…" in page`` looks for words in what is visible."""

    def __init__(self, person: Person, address: str, response: TestResponse) -> None:
        self.person, self.address, self.response = person, address, response
        self.status = response.status_code
        self.soup = BeautifulSoup(response.get_data() if response.mimetype == "text/html" else b"", "html.parser")
        self._typed: dict[int, Any] = {}
        self._files: dict[str, list[tuple[str, bytes]]] = {}

    @property
    def text(self) -> str:
        """Everything a person reads, title and head excluded."""
        body = self.soup.body
        if body is None:
            return ""
        return words(" ".join(part for part in body.find_all(string=True) if _visible(part)))

    @property
    def main(self) -> str:
        """The words of the page itself, without the frame round it."""
        found = self.soup.find("main")
        return words(found.get_text(" ")) if found else self.text

    def __contains__(self, said: str) -> bool:
        return words(said) in self.text

    def __repr__(self) -> str:
        return f"<{self.status} {self.address}: {self.text}>"

    @property
    def heading(self) -> str:
        """The one h1."""
        (found,) = self.soup.find_all("h1")
        return words(found.get_text())

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary, in order."""
        summary = self.soup.select_one("[data-error-summary]")
        return [words(line.get_text()) for line in summary.find_all("li")] if summary else []

    def links(self, said: str) -> list[str]:
        """The addresses behind links that read so."""
        return [a["href"] for a in self.soup.find_all("a", href=True) if words(a.get_text()) == words(said)]

    def buttons(self) -> list[str]:
        """The words of every button of the page itself (not of the frame), and of links that look like one."""
        inside = self.soup.find("main") or self.soup
        found = [one for one in inside.find_all("button") if one.get("type") != "button"]
        found += inside.select("a.btn")
        return [words(one.get_text()) for one in found]

    def rows(self) -> list[str]:
        """The words of every row of the page's tables."""
        return [words(row.get_text(" ")) for row in self.soup.select("tbody tr")]

    def row(self, *said: str) -> Tag:
        """The one row that holds all these words."""
        rows = self.soup.select("tbody tr")
        found = [row for row in rows if all(words(one) in words(row.get_text(" ")) for one in said)]
        assert len(found) == 1, f"{len(found)} rows with {said} in {self!r}"
        return found[0]

    # --- acting -----------------------------------------------------------------------------------

    def follow(self, said: str, within: Tag | None = None) -> Page:
        """Click the link that reads so."""
        where = within or self.soup
        found = [a["href"] for a in where.find_all("a", href=True) if words(a.get_text()) == words(said)]
        assert found, f"no link {said!r} in {self!r}"
        return self.person.open(urljoin(self.address, found[0]))

    def field(self, label: str) -> Tag:
        """The control a label belongs to."""
        for one in self.soup.find_all("label"):
            if words(one.get_text()).removesuffix(OPTIONAL) == words(label) and one.get("for"):
                found = self.soup.find(id=one["for"])
                if found is not None:
                    return found
        for one in self.soup.find_all(["input", "select", "textarea"]):
            if words(one.get("aria-label", "")) == words(label):
                return one
        raise AssertionError(f"no field {label!r} in {self!r}")

    def fill(self, **given: str) -> Page:
        """Type into fields, pick from lists; keyword is the label."""
        for label, value in given.items():
            control = self.field(label)
            self._typed[id(control)] = _option(control, value) if control.name == "select" else value
        return self

    def tick(self, *labels: str, group: str = "") -> Page:
        """Tick boxes or press round buttons by their labels, inside the group of this title when there are several."""
        for label in labels:
            control = self._box(label, group)
            if control["type"] == "radio":
                for other in self.soup.find_all("input", {"type": "radio", "name": control["name"]}):
                    self._typed[id(other)] = False
            self._typed[id(control)] = True
        return self

    def release(self, name: str) -> Page:
        """Leave a group of boxes or round buttons without any tick; ``name`` is the name of its controls."""
        for box in self.soup.find_all("input", {"name": name, "type": ["radio", "checkbox"]}):
            self._typed[id(box)] = False
        return self

    def _box(self, label: str, group: str) -> Tag:
        for box in self.soup.find_all("input", {"type": ["radio", "checkbox"]}):
            name = self.soup.find("label", {"for": box.get("id")})
            strong = name.find("strong") if name else None
            read = words((strong or name).get_text()) if name else words(box.get("aria-label", ""))
            fieldset = box.find_parent("fieldset")
            title = words(fieldset.legend.get_text()) if fieldset and fieldset.legend else ""
            if read == words(label) and (not group or words(group) == title.removesuffix(OPTIONAL)):
                return box
        raise AssertionError(f"no box {label!r} in {self!r}")

    def attach(self, label: str, name: str, content: bytes) -> Page:
        """Choose a file."""
        self._files.setdefault(self.field(label)["name"], []).append((name, content))
        return self

    def press(self, said: str, *, within: Tag | None = None, extra: dict[str, str] | None = None) -> Page:
        """Press the button that reads so, with everything its form holds."""
        where = within or self.soup
        found = [
            one
            for one in where.find_all("button")
            if words(one.get_text()) == words(said) or words(one.get("aria-label", "")) == words(said)
        ]
        found = [one for one in found if one.get("type") != "button"] or found
        assert found, f"no button {said!r} in {self!r}"
        button = found[0]
        form = self.soup.find("form", id=button["form"]) if button.get("form") else button.find_parent("form")
        assert form is not None, f"button {said!r} without a form"
        data = self.values(form)
        if button.get("name"):
            data.setdefault(button["name"], []).append(button.get("value", ""))
        data |= {key: [value] for key, value in (extra or {}).items()}
        address = urljoin(self.address, button.get("formaction") or form.get("action") or self.address)
        if (form.get("method") or "get").lower() == "get":
            return self.person.open(address, query=data)
        return self.person.send(address, data, self._files)

    def values(self, form: Tag) -> dict[str, list[str]]:
        """What the form would send, without a button."""
        data: dict[str, list[str]] = {}
        for control in self.soup.find_all(["input", "select", "textarea"]):
            owner = control.get("form")
            inside = owner == form.get("id") if owner else form in control.parents
            if inside and control.get("name") and not control.has_attr("disabled"):
                value = self._value(control)
                if value is not None:
                    data.setdefault(control["name"], []).append(value)
        return data

    def _value(self, control: Tag) -> str | None:
        typed = self._typed.get(id(control))
        kind = control.get("type", "text") if control.name == "input" else control.name
        if kind in ("checkbox", "radio"):
            on = typed if typed is not None else control.has_attr("checked")
            return control.get("value", "on") if on else None
        if kind in ("submit", "button", "file"):
            return None
        if typed is not None:
            return str(typed)
        if kind == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            return _value_of(chosen) if chosen else None
        return control.get_text().removeprefix("\n") if kind == "textarea" else control.get("value", "")


class Person:
    """Somebody with a browser of his own."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, address: str, query: dict[str, list[str]] | None = None) -> Page:
        """Open an address and follow where it leads."""
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query and query is None else "")
        return self._arrive(path, self.client.get(path, query_string=query, buffered=True))

    def send(
        self, address: str, data: dict[str, list[str]], files: dict[str, list[tuple[str, bytes]]] | None = None
    ) -> Page:
        """Post a form and follow where it leads."""
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        body: dict[str, Any] = dict(data)
        for name, chosen in (files or {}).items():
            body[name] = [(io.BytesIO(content), file_name) for file_name, content in chosen]
        return self._arrive(path, self.client.post(path, data=body, buffered=True))

    def fetch(self, address: str) -> TestResponse:
        """Save what stands behind an address."""
        return self.client.get(address, buffered=True)

    def post(self, address: str, **data: str) -> Page:
        """Post fields by hand, as somebody does who knows the address; the CSRF token of his own session goes along."""
        token = self.open("/help").soup.find("meta", {"name": "csrf-token"})
        assert token is not None, "no page of this person carries a token"
        return self.send(address, {"csrf_token": [token["content"]], **{key: [value] for key, value in data.items()}})

    def _arrive(self, path: str, response: TestResponse) -> Page:
        for _hop in range(8):
            if response.status_code not in (301, 302, 303, 307, 308):
                return Page(self, path, response)
            path = urljoin(path, response.headers["Location"])
            parts = urlsplit(path)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            response = self.client.get(path, buffered=True)
        raise AssertionError(f"{path} leads in circles")


def _visible(part: Any) -> bool:
    parent = part.parent
    return parent.name not in ("script", "style", "template") and type(part).__name__ == "NavigableString"


def _value_of(option: Tag) -> str:
    return option["value"] if option.has_attr("value") else option.get_text()


def _option(control: Tag, said: str) -> str:
    for option in control.find_all("option"):
        if words(option.get_text()) == words(said) or option.get("value") == said:
            return _value_of(option)
    raise AssertionError(f"{said!r} is not offered: {[words(o.get_text()) for o in control.find_all('option')][:40]}")
