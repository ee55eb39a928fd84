"""The check of the built site against the evidence it was built from.

    python -m docs.check site build/evidence

prints every problem and exits non-zero if there is one. It looks at the HTML alone, knows nothing of how pages were
written, and holds that
- the MathML of every displayed equation carries the LaTeX that stands in the evidence where the equation says it is from,
- a claim's page shows its statement, and every line of its derivation with a mark; every mark stands for a step that was
  replayed and whose attack found no disagreement;
- the ledger says of every claim what its evidence says;
- there is no traceback, no formula left unrendered, no id twice on a page;
- nothing is loaded from another host, and every page forbids the browser to try;
- every link and every fragment leads somewhere.
"""

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from docs import evidence as evidence_files

LOADING = {  # attributes by which an element makes the browser load something
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "audio": ("src",),
    "video": ("src", "poster"),
    "track": ("src",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "link": ("href",),
    "form": ("action",),
}
STYLE_LOADS = re.compile(r"(?:@import\s+(?:url\()?|url\()\s*[\"']?([^\"')\s;]+)")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
POLICY = "default-src 'self'"


@dataclass
class Equation:
    """A formula of a page: where it says its LaTeX is from, and the LaTeX its MathML carries."""

    claim: str
    source: str
    latex: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """What the check wants to know of one page."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.loads = Counter(), [], []
        self.equations, self.marks, self.stray_displays = [], [], []
        self.policy, self.words = "", []
        self._open: list[tuple[str, Equation | None]] = []
        self._annotation = None
        self._style = False
        self.styles = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        classes = (values.get("class") or "").split()
        if values.get("id"):
            self.ids[values["id"]] += 1
        if tag == "a" and values.get("href") is not None:
            self.links.append(values["href"])
        for name in LOADING.get(tag, ()):
            if values.get(name):
                self.loads += [one.split()[0] for one in values[name].split(",")] if name == "srcset" else [values[name]]
        if values.get("style"):
            self.styles.append(values["style"])
        if tag == "meta" and (values.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = values.get("content") or ""
        equation = None
        if "mark-replayed" in classes:
            self.marks.append((values.get("data-claim"), values.get("data-source")))
        elif values.get("data-source"):
            equation = Equation(values.get("data-claim") or "", values["data-source"])
            self.equations.append(equation)
        if "katex-display" in classes and self._equation() is None:
            self.stray_displays.append(self.getpos()[0])
        if tag == "annotation":
            self._annotation = ""
        if tag == "style":
            self._style = True
        if tag not in VOID:
            self._open.append((tag, equation))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag == "annotation" and self._annotation is not None:
            if (equation := self._equation()) is not None:
                equation.latex.append(self._annotation)
            self._annotation = None
        if tag == "style":
            self._style = False
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i][0] == tag:
                del self._open[i:]
                break

    def handle_data(self, data):
        if self._annotation is not None:
            self._annotation += data
        elif self._style:
            self.styles.append(data)
        else:
            self.words.append(data)

    def _equation(self) -> Equation | None:
        return next((equation for _, equation in reversed(self._open) if equation is not None), None)


def check(site: Path, evidence: dict[str, dict]) -> list[str]:
    """The problems of the site in the folder `site`, each in one line; empty when there are none."""
    pages = {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    if not pages:
        return [f"{site} holds no page"]
    problems = []
    for name, page in pages.items():
        found = [
            *_equations(page, evidence),
            *_marks(page, evidence),
            *_sound(page),
            *_hosts(page),
            *_links(name, page, pages, site),
        ]
        problems += [f"{name}: {problem}" for problem in found]
    for name, one in evidence.items():
        page = pages.get(f"claims/{name}.html")
        problems += [f"claims/{name}.html: {problem}" for problem in (_complete(page, one) if page else ["there is no such page"])]
    problems += [f"ledger.json: {problem}" for problem in _ledger(site / "ledger.json", evidence)]
    for path in sorted(site.rglob("*.css")):
        found = _foreign(STYLE_LOADS.findall(path.read_text(encoding="utf-8")))
        problems += [f"{path.relative_to(site)}: loads {address} from another host" for address in found]
    return problems


def _equations(page: Page, evidence: dict[str, dict]):
    for equation in page.equations:
        where = f"equation {equation.claim} {equation.source}"
        if equation.claim not in evidence:
            yield f"{where}: there is no evidence for this claim"
            continue
        try:
            expected = evidence_files.look_up(evidence[equation.claim], equation.source)
        except KeyError as error:
            yield f"{where}: {error.args[0]}"
            continue
        if not equation.latex:
            yield f"{where}: holds no MathML with its LaTeX"
        elif equation.latex[-1] != expected:
            yield f"{where}: shows {equation.latex[-1]!r}, but the evidence says {expected!r}"
    for line in page.stray_displays:
        yield f"line {line}: a displayed equation that names no claim it is from"


def _marks(page: Page, evidence: dict[str, dict]):
    for claim, source in page.marks:
        if not claim or not source or claim not in evidence:
            yield f"a mark 'replayed' that names no step ({claim} {source})"
            continue
        try:
            step = evidence_files.look_up(evidence[claim], source)
        except KeyError as error:
            yield f"a mark 'replayed' without its step: {error.args[0]}"
            continue
        if step["replayed"] is not True:
            yield f"a mark 'replayed' on {claim} {source}, which was not replayed: {step['reason']}"
        elif step["attack"] and step["attack"]["agreed"] is False:
            yield f"a mark 'replayed' on {claim} {source}, which the attack contradicts: {step['attack']['reason']}"


def _complete(page: Page, one: dict):
    """A claim's own page must show its statement, and every line of its derivation with a mark."""
    shown = {equation.source for equation in page.equations if equation.claim == one["name"]}
    marked = {source for claim, source in page.marks if claim == one["name"]}
    lines, steps = set(), set()

    def walk(parts, prefix):
        for i, part in enumerate(parts):
            lines.add(f"{prefix}{i}.statement_latex")
            for j, step in enumerate(part["steps"]):
                here = f"{prefix}{i}.steps.{j}"
                lines.add(f"{here}.after_latex")
                if step["replayed"]:
                    steps.add(here)
                walk(step["inner"], f"{here}.inner.")

    walk(one["parts"], "parts.")
    walk(one["stable"], "stable.")
    yield from (f"the page does not show {source}" for source in sorted(lines - shown))
    yield from (f"the page has no mark for the step {source}" for source in sorted(steps - marked))


def _ledger(path: Path, evidence: dict[str, dict]):
    """The ledger must say of every claim, and of every layer, what the evidence says."""
    if not path.exists():
        yield "there is no such file"
        return
    entries = json.loads(path.read_text(encoding="utf-8"))
    yield from (f"says nothing of {name}" for name in evidence.keys() - entries.keys())
    for name, entry in entries.items():
        found = evidence.get(name, {}).get("verdict", {})
        layers = {layer["layer"]: layer["status"] for layer in found.get("evidence", [])}
        said = {layer: one["verdict"] for layer, one in entry["layers"].items()}
        if (entry["verdict"], said) != (found.get("status"), layers):
            yield f"says {entry['verdict']} of {name}, by {said}; the evidence says {found.get('status')}, by {layers}"


def _sound(page: Page):
    text = "".join(page.words)
    if "Traceback (most recent call last)" in text:
        yield "holds a traceback"
    if "katex-error" in text or re.search(r"\\\(|\\\[", text):
        yield "holds mathematics that was not rendered"
    yield from (f"the id {name!r} stands {count} times" for name, count in page.ids.items() if count > 1)


def _hosts(page: Page):
    addresses = page.loads + [address for style in page.styles for address in STYLE_LOADS.findall(style)]
    yield from (f"loads {address} from another host" for address in _foreign(addresses))
    if POLICY not in page.policy:
        yield "does not forbid the browser to load from other hosts (no Content-Security-Policy)"


def _foreign(addresses: list[str]) -> list[str]:
    return [address for address in addresses if urlsplit(address).netloc or urlsplit(address).scheme not in ("", "data")]


def _links(name: str, page: Page, pages: dict[str, Page], site: Path):
    for address in page.links + page.loads:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        path = unquote(parts.path)
        if not path:
            target = name
        elif path.startswith("/"):
            target = path.lstrip("/")
        else:
            target = _normal(f"{name.rpartition('/')[0]}/{path}")
        if target is None or not (site / target).exists():
            yield f"the link {address} leads nowhere"
            continue
        if (site / target).is_dir():
            target = _normal(f"{target}/index.html")
        fragment = unquote(parts.fragment)
        if fragment and fragment != "__skip" and target in pages and fragment not in pages[target].ids:
            yield f"the link {address} leads to no id {fragment!r}"


def _normal(path: str) -> str | None:
    """`a/b/../c` without its dots; None when it leads out of the site."""
    parts = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


if __name__ == "__main__":
    found = check(Path(sys.argv[1]), evidence_files.read(Path(sys.argv[2])))
    print("\n".join(found) or "the built site agrees with its evidence")
    sys.exit(bool(found))
