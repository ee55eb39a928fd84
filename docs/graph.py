"""The dependency graph as SVG: claims and axioms in layers from left to right, drawn so that edges cross little.

The usual four moves (Sugiyama, Tagawa & Toda 1981): a layer for each node by its longest path, dummy nodes where an
edge passes a layer, barycentres to order each layer, then positions.
"""

from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

ROW, COLUMN_GAP, MARGIN, LETTER, PADDING = 30, 70, 12, 7.3, 12
SWEEPS = 12


@dataclass(frozen=True)
class Node:
    """A box of the graph: where it links to and what it builds on."""

    name: str
    label: str
    href: str
    kind: str
    needs: tuple[str, ...] = ()


@dataclass
class _Layout:
    layers: list[list[str]]
    edges: list[tuple[str, str]]
    chains: dict[tuple[str, str], list[str]] = field(default_factory=dict)


def svg(nodes: list[Node], title: str) -> str:
    """The graph of `nodes` as SVG whose boxes are links and whose colours come from the page's style sheet.

    Raises:
        ValueError: if the nodes need each other in a circle, or need a node that is not there.
    """
    by_name = {node.name: node for node in nodes}
    missing = {need for node in nodes for need in node.needs} - by_name.keys()
    if missing:
        raise ValueError(f"the graph needs {sorted(missing)}, which are no nodes of it")
    layout = _ordered(_layered(by_name))
    widths = [
        max((_width(by_name[name]) for name in layer if name in by_name), default=0) for layer in layout.layers
    ]
    lefts = [MARGIN + sum(widths[:i]) + i * COLUMN_GAP for i in range(len(widths))]
    height = 2 * MARGIN + ROW * max(len(layer) for layer in layout.layers)
    places = {}
    for layer, left, width in zip(layout.layers, lefts, widths):
        top = (height - ROW * len(layer)) / 2
        for row, name in enumerate(layer):
            places[name] = (left, top + ROW * (row + 0.5), width)
    total = lefts[-1] + widths[-1] + MARGIN
    ends = {name: places[name][0] + _width(node) for name, node in by_name.items()}
    edges = "\n".join(_edge(chain, ends[chain[0]], places) for chain in layout.chains.values())
    boxes = "\n".join(_box(by_name[name], places[name]) for layer in layout.layers for name in layer if name in by_name)
    return (
        f'<svg class="graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total:.0f} {height:.0f}" width="{total:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{escape(title)}">\n{edges}\n{boxes}\n</svg>'
    )


def _layered(nodes: dict[str, Node]) -> _Layout:
    """Each node one layer right of the furthest node it needs; nodes that nothing needs and that need nothing come first."""
    depth, open_ = {}, set()

    def place(name: str) -> int:
        if name in open_:
            raise ValueError(f"the graph runs in a circle through {name}")
        if name not in depth:
            open_.add(name)
            depth[name] = 1 + max((place(need) for need in nodes[name].needs), default=-1)
            open_.discard(name)
        return depth[name]

    for name in nodes:
        place(name)
    layers = [[name for name in nodes if depth[name] == i] for i in range(max(depth.values()) + 1)]
    layout = _Layout(layers, [])
    for name, node in nodes.items():
        for need in node.needs:
            chain = [need]
            for i in range(depth[need] + 1, depth[name]):
                dummy = f"{need}→{name}@{i}"
                layers[i].append(dummy)
                chain.append(dummy)
            chain.append(name)
            layout.chains[need, name] = chain
            layout.edges += pairwise(chain)
    return layout


def _ordered(layout: _Layout) -> _Layout:
    """Orders each layer by the mean place of its neighbours, back and forth, and keeps the order with fewest crossings."""
    best, fewest = [list(layer) for layer in layout.layers], _crossings(layout)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        order = range(1, len(layout.layers)) if forward else range(len(layout.layers) - 2, -1, -1)
        for i in order:
            fixed = {name: place for place, name in enumerate(layout.layers[i - 1 if forward else i + 1])}
            around = {name: [] for name in layout.layers[i]}
            for a, b in layout.edges:
                near, far = (b, a) if forward else (a, b)
                if near in around and far in fixed:
                    around[near].append(fixed[far])
            centre = {
                name: sum(places) / len(places) if places else row for row, (name, places) in enumerate(around.items())
            }
            layout.layers[i].sort(key=centre.get)
        crossings = _crossings(layout)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layout.layers], crossings
    layout.layers = best
    return layout


def _crossings(layout: _Layout) -> int:
    place = {name: (i, row) for i, layer in enumerate(layout.layers) for row, name in enumerate(layer)}
    between: dict[int, list[tuple[int, int]]] = {}
    for a, b in layout.edges:
        between.setdefault(place[a][0], []).append((place[a][1], place[b][1]))
    return sum((a - c) * (b - d) < 0 for edges in between.values() for i, (a, b) in enumerate(edges) for c, d in edges[:i])


def _width(node: Node) -> float:
    return len(node.label) * LETTER + 2 * PADDING


def _edge(chain: list[str], end: float, places: dict) -> str:
    """A smooth curve from the right `end` of a box to another box, through the dummy places between."""
    x, y, width = places[chain[0]]
    path = [f"M{end:.1f} {y:.1f}H{x + width:.1f}"]
    x += width
    for name in chain[1:]:
        left, row, width = places[name]
        middle = (x + left) / 2
        path.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {row:.1f} {left:.1f} {row:.1f}")
        if name != chain[-1]:
            path.append(f"H{left + width:.1f}")
        x, y = left + width, row
    return f'<path class="edge" d="{" ".join(path)}"/>'


def _box(node: Node, place: tuple[float, float, float]) -> str:
    x, y, _ = place
    width = _width(node)
    return (
        f'<a href="{escape(node.href)}" class="node node-{node.kind}"><rect x="{x:.1f}" y="{y - 11:.1f}" width="{width:.1f}" height="22" '
        f'rx="{11 if node.kind == "axiom" else 4}"/><text x="{x + width / 2:.1f}" y="{y + 4:.1f}" text-anchor="middle">'
        f"{escape(node.label)}</text></a>"
    )
