"""The page of recorded experiments: runs that take longer than a build, each with its figures, pictures and command."""

import numpy

from docs.figures import plot
from docs.markup import front_matter, html_text, table

HEAD = """# Trained models

Runs that take longer than a build are made by `make experiments`, and what is shown of them here was *recorded*: every figure
names its data, steps, seed, device and command. What was *trained in this build* stands on the pages of the claims it is held to,
under "Trained against it"."""

BESIDE = ("autoencoder-fashion-mnist-32", "vae-fashion-mnist-32")


def page(records: dict[str, dict]) -> str:
    """Markdown for `experiments.md`; the pictures are those of `recorded/NAME/`."""
    blocks = [front_matter("Trained models", "Recorded runs of autoencoders, VAEs and GANs, with figures, pictures and commands"), HEAD]
    if not records:
        return "\n\n".join([*blocks, "Nothing is recorded in this copy: run `make experiments`."]) + "\n"
    blocks += [_overview(records), *_coverage(records), *_comparison(records)]
    for name, record in records.items():
        blocks += [f"## {record['title']} {{ #{name} }}", _words(record), *_activations(record), *_pictures(name, record), f"```sh\n{record['command']}\n```"]
    return "\n\n".join(blocks) + "\n"


def _overview(records):
    rows = []
    for name, record in records.items():
        found = record["figures"]
        if "active_units" not in found:
            continue
        rows.append(
            [
                f'<a href="#{name}">{html_text(record["title"])}</a>',
                html_text(record["tasks"]),
                _number(found["test"], "loss"),
                _likelihood(found),
                _number(found["test"], "squared_error"),
                f"{found['active_units']} of {found['latent_dim']}",
                f"{record['steps']:,}",
            ]
        )
    return table(["Run", "Sheets", "Test loss", "-log p(x), nats", "Squared error", "Active units", "Steps"], rows, "experiments")


def _coverage(records):
    """GANs: how much of the data their samples reach, and what is published of others."""
    rows = []
    for name, record in records.items():
        found = record["figures"].get("coverage")
        if found:
            quality = f"{found['high_quality']:.1%}" if "high_quality" in found else ""
            rows.append(
                [
                    f'<a href="#{name}">{html_text(record["title"])}</a>',
                    html_text(record["tasks"]),
                    f"{found['modes']} of {found['of']}",
                    quality,
                    f"{found['reverse_kl']:.3f}",
                    html_text(record.get("published", "")),
                    f"{record['steps']:,}",
                ]
            )
    if not rows:
        return []
    return ["## What GANs cover", table(["Run", "Sheets", "Modes", "Within 3 sigma", "Reverse KL, nats", "Published", "Steps"], rows, "experiments")]


def _comparison(records):
    """Autoencoder and VAE with as many codes, on the same data: their error per pass."""
    both = [records[name] for name in BESIDE if name in records]
    if len(both) < 2 or not all("test_squared_error" in one["curve"] for one in both):
        return []

    class Figure:
        HEIGHT = 2.8
        CAPTION = "Squared error of reconstructed test images of Fashion-MNIST after each pass over the training data, with 32 codes. Recorded."

        @staticmethod
        def draw(figure):
            axes = figure.subplots()
            for one in both:
                errors = one["curve"]["test_squared_error"]
                axes.plot(numpy.arange(1, len(errors) + 1), errors, label=one["title"].partition(" with")[0])
            axes.set_xlabel("passes over the training data")
            axes.set_ylabel("squared error, summed over pixels")
            axes.legend()

    return [
        "## Autoencoder beside VAE",
        "The VAE pays for a code that can be drawn from: its encoder is blurred to stay near the prior, and its reconstructions are further off.",
        plot.render("autoencoder-beside-vae", Figure),
    ]


def _words(record):
    software = ", ".join(f"{k} {v}" for k, v in record["software"].items() if k != "device")
    facts = [f"Recorded {record['date']} on {record['software']['device']} ({software}), seed {record['seed']}, {record['steps']:,} steps in {record['seconds']:,} s."]
    found = record["figures"]
    terms = ", ".join(f"{k.replace('_', ' ')} {v:.5g}" for k, v in found["test"].items())
    facts.append(f"On the test set: {terms}.")
    if "negative_log_likelihood" in found:
        facts.append(
            f"-log p(x) is at most {found['negative_log_likelihood']:.2f} ± {found['negative_log_likelihood_standard_error']:.2f} nats "
            f"({found['negative_log_likelihood_protocol']}; the error is that of the examples)."
        )
    if "classes" in found:
        facts.append(f"Classes in the codes: silhouette {found['classes']['silhouette']:.2f}; the five nearest training codes name {found['classes']['neighbours']:.0%} of test examples rightly.")
    return " ".join(html_text(one) for one in [*facts, *found["diagnosis"]])


def _activations(record):
    """The shapes of a DCGAN's activations, computed from the network."""
    found = []
    for side, layers in record["figures"].get("activations", {}).items():
        rows = [[one["layer"], " x ".join(map(str, one["shape"])) or "a number", f"{one['weights']:,}" if one["weights"] else ""] for one in layers]
        found += [f"Activations of the {side}, for one example:", table(["Layer", "Shape", "Weights"], rows, "experiments")]
    return found


def _pictures(name, record):
    return [
        f'<figure class="picture"><img src="recorded/{name}/{picture}.webp" alt="{html_text(caption)}" loading="lazy"><figcaption>{html_text(caption)}</figcaption></figure>'
        for picture, caption in record["pictures"].items()
    ]


def _likelihood(found):
    if "negative_log_likelihood" not in found:
        return ""
    return f"{found['negative_log_likelihood']:.2f} ± {found['negative_log_likelihood_standard_error']:.2f}"


def _number(found, key):
    return f"{found[key]:.4g}" if key in found else ""
