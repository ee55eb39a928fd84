"""From a figure's file to SVG that takes its colours from the page, so that it suits the light and the dark scheme.

Matplotlib draws with stand-in colours; each becomes `currentColor` or a variable of the style sheet. The ground is
transparent. Identifiers get the figure's name in front, so that several figures fit on one page.
"""

import importlib
import io
import pkgutil
import re

import docs.figures
from docs.markup import html_text

INK, SOFT, BLUE, ORANGE, GREEN, VIOLET = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
COLOURS = {
    INK: "currentColor",
    SOFT: "var(--ps-soft)",
    BLUE: "var(--ps-blue)",
    ORANGE: "var(--ps-orange)",
    GREEN: "var(--ps-green)",
    VIOLET: "var(--ps-violet)",
}
WIDTH = 5.6
STYLE = {
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.prop_cycle": f"cycler('color', ['{BLUE}', '{ORANGE}', '{GREEN}', '{VIOLET}'])",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.linewidth": 0.7,
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "mathtext.fontset": "cm",
    "savefig.transparent": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "proofsheet",
    "text.color": INK,
    "xtick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.color": SOFT,
    "ytick.labelcolor": INK,
}


def figures() -> dict[str, object]:
    """The modules of all figures by name."""
    names = [one.name for one in pkgutil.iter_modules(docs.figures.__path__) if one.name not in ("plot", "accuracy")]
    return {name: importlib.import_module(f"docs.figures.{name}") for name in names}


def of_claim(claim: str) -> str:
    """The figures that belong on the page of `claim`, as HTML; empty when there are none."""
    return "\n\n".join(render(name, module) for name, module in figures().items() if module.CLAIM == claim)


def render(name: str, module) -> str:
    """A figure as HTML with its caption."""
    return drawn(name, module.draw, module.HEIGHT, module.CAPTION)


def of_accuracy(claim: str, survey: dict) -> str:
    """The map of the errors of a claim's compiled form, as HTML; empty where nothing was measured."""
    from docs.figures import accuracy

    if not survey:
        return ""
    return drawn(f"accuracy-{claim}", lambda figure: accuracy.draw(figure, survey), accuracy.height(survey), accuracy.caption())


def drawn(name: str, draw, height: float, caption: str) -> str:
    """What `draw` puts on a figure of `height` inches, as HTML with its caption."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height))
        draw(figure)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = _themed(name, buffer.getvalue())
    return f'<figure class="plot" id="figure-{name}">\n{svg}\n<figcaption>{html_text(caption)}</figcaption>\n</figure>'


def _themed(name: str, svg: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r'\1 role="img"', svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'((?:xlink:)?href=")#', rf"\1#{name}-", svg)
    svg = svg.replace("url(#", f"url(#{name}-")
    for colour, themed in COLOURS.items():
        svg = svg.replace(colour, themed)
    return "\n".join(line for line in svg.splitlines() if line.strip())
