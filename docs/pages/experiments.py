"""The page of recorded experiments: runs that take longer than a build, each with its figures, pictures and command."""

import numpy

from bench.contest import PEERS
from docs.figures import plot
from docs.markup import front_matter, html_text, table

HEAD = """# Trained models

Runs that take longer than a build are made by `make experiments`, and what is shown of them here was *recorded*: every figure
names its data, steps, seed, device and command. What was *trained in this build* stands on the pages of the claims it is held to,
under "Trained against it"."""

BESIDE = ("autoencoder-fashion-mnist-32", "vae-fashion-mnist-32")


def page(records: dict[str, dict], families: dict | None = None, contests: list[dict] = ()) -> str:
    """Markdown for `experiments.md`; the pictures are those of `recorded/NAME/`, `families` is the record of their comparison, `contests` those of `make bench`."""
    blocks = [front_matter("Trained models", "Recorded runs of autoencoders, VAEs, GANs, diffusion models and flows, with figures, pictures and commands"), HEAD]
    if families:
        blocks += _families(families)
    speed = _speed([contest for contest in contests if contest])
    if not records:
        return "\n\n".join([*blocks, *speed, "Nothing is recorded in this copy: run `make experiments`."]) + "\n"
    blocks += ["## Autoencoders, VAEs and flows", _overview(records), *_coverage(records), *_comparison(records), *speed]
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


def _families(record):
    """The families on the same data: a table of means over seeds with their range, and the Frechet distance while training."""
    quality = {"frechet_distance": "Fréchet distance", "kernel_distance": "Kernel distance", "precision": "Precision", "recall": "Recall", "inception_score": "Score of labels"}

    def spread(found):
        return f"{found['mean']:.3g} <small>({found['least']:.3g} to {found['most']:.3g})</small>"

    rows = [[html_text(family), *(spread(found[key]) for key in quality)] for family, found in record["families"].items()]
    rows.append(["real training examples", *(f"{record['floor'][key]:.3g}" for key in quality)])
    costs = [[html_text(family), _codes(found), *_costs(found)] for family, found in record["families"].items()]
    return [
        "## Families beside each other",
        f"The {html_text(record['data'])}, {record['steps']:,} steps of {record['batch']} examples, means over seeds {', '.join(map(str, record['seeds']))} with their range. "
        f"Quality is that of {record['examples']} generated examples against as many of the test set, by the features of {html_text(record['features'])}: "
        "these are not Inception's, and no number here is a FID that can be set beside a published one. The last row is the floor: real examples against real ones. "
        f"Recorded on {html_text(record['device'])} with `python -m models.experiments comparison`.",
        table(["Family", *quality.values()], rows, "experiments"),
        "How well a code tells the class of its digit, by the nearest codes of training digits, and what a step and a sample cost:",
        table(["Family", "Codes tell classes", "ms a step", "ms a sample", "Weights"], costs, "experiments"),
        plot.render("families", _family_curves(record)),
        *(_picture("comparison", family.lower(), f"{family}: samples of the first seed.") for family in record["families"]),
    ]


def _codes(found):
    return "" if found["neighbours"] is None else f"{found['neighbours']:.0%}"


def _costs(found):
    return f"{found['milliseconds_per_step']:.2g}", f"{found['milliseconds_per_sample']:.2g}", f"{found['parameters']:,}"


def _family_curves(record):
    class Figure:
        HEIGHT = 3.2
        CAPTION = "Fréchet distance of generated examples while training, one line for each seed; the grey line is that of real examples. Recorded."

        @staticmethod
        def draw(figure):
            axes = figure.subplots()
            for number, (family, found) in enumerate(record["families"].items()):
                for k, curve in enumerate(found["curves"]):
                    axes.plot(found["stops"], curve, color=f"C{number}", label=family if k == 0 else None)
            axes.axhline(record["floor"]["frechet_distance"], color="grey", linewidth=1)
            axes.set_yscale("log")
            axes.set_xlabel("steps")
            axes.set_ylabel("Fréchet distance")
            axes.legend()

    return Figure


def _speed(contests):
    """How long a step of training takes, and how many times as long it takes others, in the same run."""
    if not contests:
        return []

    def beside(found, who):
        one = found.get(who, {})
        return f"{one['seconds'] / found['proofsheet']['seconds']:.2f}" if "seconds" in one else "" if who not in found else "cannot run there"

    rows = [
        [html_text(model), f"{found['proofsheet']['seconds'] * 1e3:.1f}", f"{found['proofsheet']['compile_seconds']:.0f}", *(beside(found, who) for who in PEERS)]
        for contest in contests
        for model, found in contest["found"].items()
    ]
    sampling = [
        f"{one['ddim_images']} images by DDIM in {one['ddim_steps']} steps of that U-Net are one compiled call of {one['ddim_seconds']:.1f} s."
        for contest in contests
        for one in (found["proofsheet"] for found in contest["found"].values())
        if "ddim_seconds" in one
    ]
    first = contests[0]
    text = (
        f"A step of training on {first['cores']} CPU cores, and how many times as long the same network takes in other libraries, in turns in one run: "
        f"the best of its rounds. The VAEs see 28x28 bits in batches of 128 (`vae-digits`: 8x8, as `proofsheet train vae` is without options), the others 28x28 images in batches of 64; "
        f"the diffusion model's U-Net has a million weights. {' '.join(sampling)} "
        f"Recorded on {first['date']} with {' and '.join('`' + contest['command'] + '`' for contest in contests)}."
    )
    return ["## How fast a step is", text, table(["Model", "ms a step", "s of compiling", *(f"{words} takes" for words in PEERS.values())], rows, "experiments")]


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
            f"-log p(x) is at most {found['negative_log_likelihood']:.2f} ± {found['negative_log_likelihood_standard_error']:.2f} nats, with one standard error "
            f"({found['negative_log_likelihood_protocol']})."
        )
    if "classes" in found:
        facts.append(f"Classes in the codes: silhouette {found['classes']['silhouette']:.2f}; the five nearest training codes name {found['classes']['neighbours']:.0%} of test examples rightly.")
    return " ".join(html_text(one) for one in [*facts, *found["diagnosis"]])


def _activations(record):
    """The shapes of a GAN's activations, computed from the network."""
    found = []
    for side, layers in record["figures"].get("activations", {}).items():
        rows = [[one["layer"], " x ".join(map(str, one["shape"])) or "a number", f"{one['weights']:,}" if one["weights"] else ""] for one in layers]
        found += [f"Activations of the {side}, for one example:", table(["Layer", "Shape", "Weights"], rows, "experiments")]
    return found


def _pictures(name, record):
    return [_picture(name, picture, caption) for picture, caption in record["pictures"].items()]


def _picture(folder, name, caption):
    caption = html_text(caption)
    return f'<figure class="picture"><img src="recorded/{folder}/{name}.webp" alt="{caption}" loading="lazy"><figcaption>{caption}</figcaption></figure>'


def _likelihood(found):
    if "negative_log_likelihood" not in found:
        return ""
    return f"{found['negative_log_likelihood']:.2f} ± {found['negative_log_likelihood_standard_error']:.2f}"


def _number(found, key):
    return f"{found[key]:.4g}" if key in found else ""
