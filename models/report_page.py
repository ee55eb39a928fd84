"""A page about a run: how it trained, what it makes, and what its codes look like."""

import html
import json

import jax.numpy as jnp
import numpy as np
from matplotlib.figure import Figure

from models import coverage, latent
from models.adversarial import Adversarial
from models.layers import activation_shapes
from models.run import load, sample
from models.model import LatentModel, codes, decodings, reconstructions
from models.pictures import draw, save

ASIDE = ("step", "learning_rate", "steps_per_second")  # columns of the log that are no terms of a loss
SHOWN = 500  # test examples in a map of codes


def report(run, data_dir=None):
    """Write RUN/report/index.html with its pictures and figures.json; returns the path of the page.

    `run` is a `Run` or the folder of one.
    """
    run = run if hasattr(run, "model") else load(run, data_dir)
    folder = run.folder.path / "report"
    made = figures(run)
    for name, (figure, _) in made.items():
        save(figure, folder / f"{name}.png")
    numbers = measures(run)
    (folder / "figures.json").write_text(json.dumps(numbers, indent=2) + "\n")
    (folder / "index.html").write_text(_page(run, made, numbers))
    return folder / "index.html"


def figures(run):
    """{name: (figure, caption)}, all that apply to the model and its data."""
    made = {"losses": (losses(run), "The loss and its terms while training; dots are the test set.")}
    if run.model.has_prior:
        made["samples"] = (sample_figure(run), "Samples, drawn from noise alone.")
    if not isinstance(run.model, LatentModel):
        return made
    made["reconstructions"] = (reconstruction_figure(run), "Test examples, and below each its reconstruction.")
    if len(run.dataset.classes) > 1:
        made["codes"] = (code_map(run), "Codes of test examples by class, and their layouts.")
    if run.dataset.is_images:
        made["interpolations"] = (interpolation_figure(run), "From one class to another: along the straight line, and along the great arc.")
        made["scaled"] = (scaled_figure(run), "Codes scaled: t z for t = 0, 0.5, 1, 1.5, 2, 3.")
        made["traversals"] = (traversal_figure(run), "One unit of a code at a time, from -3 to 3.")
    return made


def measures(run):
    """The numbers of the report: test means and the diagnosis; of a GAN the coverage of its samples; of codes the active units, and how far classes are apart."""
    found = {"steps": run.step, "test": run.test}
    if isinstance(run.model, Adversarial):
        covered = coverage.coverage(run)
        found |= {"coverage": covered} if covered else {}
        found |= {"activations": tables} if (tables := activation_shapes(run.model.stacks())) else {}
        return found | {"diagnosis": coverage.verdict(run.folder.lines(), covered)}
    if not isinstance(run.model, LatentModel):
        return found | {"diagnosis": []}
    train_codes, test_codes = (_codes(run, part) for part in ("train", "test"))
    made = np.asarray(_decoded(run, np.asarray(test_codes[:SHOWN]))) if run.dataset.is_images else None
    found |= {"active_units": int(latent.active_units(test_codes).sum()), "latent_dim": run.model.latent_dim}
    if len(run.dataset.classes) > 1:
        found["classes"] = latent.separation(train_codes, run.dataset.train_labels[: len(train_codes)], test_codes, run.dataset.test_labels[: len(test_codes)])
    found["diagnosis"] = latent.diagnosis(run.folder.lines(), test_codes, made, (run.test or {}).get("kl"))
    return found


def losses(run):
    """Curves of the log: every term on its own axes."""
    lines = run.folder.lines()
    terms = [k for k in (lines[0] if lines else ()) if not k.startswith("test_") and not k.endswith("gradient_norm") and k not in ASIDE]
    figure = Figure(figsize=(3.2 * len(terms), 2.6), layout="constrained")
    for axes, term in zip(figure.subplots(1, len(terms), squeeze=False)[0], terms):
        axes.plot([l["step"] for l in lines], [l[term] for l in lines], linewidth=1)
        tested = [(l["step"], l[f"test_{term}"]) for l in lines if f"test_{term}" in l]
        axes.plot(*zip(*tested), "o", markersize=3) if tested else None
        axes.set_title(term.replace("_", " "), fontsize=9)
        axes.locator_params(axis="x", nbins=4)  # five-figure steps do not run into each other
        axes.set_xlabel("step")
        axes.set_ylabel("squared error" if term == "squared_error" else run.model.unit)
    return figure


def reconstruction_figure(run, n=16):
    n = n if run.dataset.is_images else SHOWN
    x, labels = run.dataset.floats(run.dataset.test[:n]), run.dataset.test_labels[:n]
    found = np.asarray(reconstructions(run.model, x, labels))
    if run.dataset.is_images:
        return _strip([np.concatenate([x, found])], columns=n)
    return _strip([x, found])


def sample_figure(run, n=64):
    return _strip([sample(run, n if run.dataset.is_images else 2000)])


def code_map(run):
    """Two-dimensional codes as they are; others by PCA and t-SNE, and by UMAP where it is installed."""
    found, labels = _codes(run, "test")[:SHOWN], run.dataset.test_labels[:SHOWN]
    layouts = {"codes": found} if found.shape[1] == 2 else {}
    if found.shape[1] > 2:
        layouts["PCA"] = latent.principal_components(found)
    if found.shape[1] > 1:
        layouts["t-SNE"] = latent.tsne(found)
        try:
            layouts["UMAP"] = latent.umap(found)
        except ImportError:
            pass
    else:
        layouts["codes"] = np.stack([found[:, 0], np.zeros(len(found))], axis=1)
    figure = Figure(figsize=(4.2 * len(layouts), 4), layout="constrained")
    for axes, (name, points) in zip(figure.subplots(1, len(layouts), squeeze=False)[0], layouts.items()):
        for k, label in enumerate(run.dataset.classes):
            axes.scatter(*points[labels == k].T, s=6, color=_colour(k, len(run.dataset.classes)), label=label, linewidths=0)
        axes.set_title(name, fontsize=9)
    if len(run.dataset.classes) <= 10:
        figure.legend(*axes.get_legend_handles_labels(), loc="outside right center", fontsize=7, markerscale=2)
    return figure


def interpolation_figure(run, pairs=4):
    """For some pairs of classes: the straight line in the upper row, the great arc in the lower."""
    found, labels = _codes(run, "test"), run.dataset.test_labels
    rows = []
    for k in range(pairs):
        a, b = (int(np.argmax(labels == c % len(run.dataset.classes))) for c in (2 * k, 2 * k + 1))
        for walk in (latent.straight, latent.spherical):
            rows.append(_decoded(run, walk(found[a], found[b]), labels[a]))
    return _strip([np.concatenate(rows)], columns=10)


def scaled_figure(run, n=6):
    found = _codes(run, "test")
    return _strip([np.concatenate([_decoded(run, latent.scaled(found[k]), run.dataset.test_labels[k]) for k in range(n)])], columns=6)


def traversal_figure(run, units=8):
    moved = latent.traversals(_codes(run, "test")[0])[:units]
    return _strip([np.concatenate([_decoded(run, row, run.dataset.test_labels[0]) for row in moved])], columns=moved.shape[1])


def _codes(run, part, n=2000):
    """Codes of the first examples of a part of the data, as an array (n, latent_dim)."""
    x, labels = (getattr(run.dataset, part + end)[:n] for end in ("", "_labels"))
    return np.asarray(codes(run.model, run.dataset.floats(x), labels))


def _decoded(run, points, label=0):
    return np.asarray(decodings(run.model, jnp.asarray(points, jnp.float32), jnp.full(len(points), label, jnp.int32)))


def _strip(boards, columns=8):
    figure = Figure(figsize=(min(1.2 + 0.55 * columns, 10) * len(boards), 5), layout="constrained")
    for axes, examples in zip(figure.subplots(1, len(boards), squeeze=False)[0], boards):
        draw(axes, examples, columns)
    return figure


def _colour(k, n):
    from matplotlib import colormaps

    return colormaps["tab10"](k) if n <= 10 else colormaps["turbo"](k / (n - 1))


def _page(run, made, numbers):
    described = run.folder.description()
    words = "".join(f"<p><strong>{html.escape(s)}</strong></p>" for s in numbers["diagnosis"]) or "<p>No collapse, explosion or saturation was seen.</p>"
    pictures = "".join(f"<figure><img src='{name}.png' alt='{html.escape(c)}'><figcaption>{html.escape(c)}</figcaption></figure>" for name, (_, c) in made.items())
    title = f"{described['model']} on {described['data']}, {run.step} steps"
    facts = {k.replace("_", " "): v for k, v in numbers.items() if k not in ("steps", "diagnosis", "activations")}
    rows = "".join(f"<tr><th>{html.escape(k)}</th><td>{html.escape(_words(v))}</td></tr>" for k, v in {**facts, **described["settings"], **described["software"]}.items())
    style = "body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}img{max-width:100%}figure{margin:2rem 0}th{text-align:left;padding-right:1rem}"
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>{html.escape(title)}</title><style>{style}</style><h1>{html.escape(title)}</h1>{words}{pictures}<table>{rows}</table>{_activations(numbers)}</html>\n"
    )


def _activations(numbers):
    """The shapes of a network's activations, as a table for each of its sides."""
    tables = ""
    for side, layers in numbers.get("activations", {}).items():
        rows = "".join(f"<tr><td>{one['layer']}</td><td>{' x '.join(map(str, one['shape'])) or 'a number'}</td><td>{one['weights'] or ''}</td></tr>" for one in layers)
        tables += f"<h2>Activations of the {side}</h2><table><tr><th>layer</th><th>shape</th><th>weights</th></tr>{rows}</table>"
    return tables


def _words(value):
    if isinstance(value, dict):
        return ", ".join(f"{k} {_words(v)}" for k, v in value.items())
    return f"{value:.4g}" if isinstance(value, float) else str(value)
