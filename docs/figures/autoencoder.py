"""The worked autoencoder: its units with their values, its weights as lines."""

import verify
from derivations.autoencoders.autoencoder_worked_example import decoder_weights, encoder_weights, x
from docs.figures.plot import BLUE, INK, ORANGE, SOFT

CLAIM = "autoencoder_worked_example"
HEIGHT = 3.2
CAPTION = (
    "Input, code and reconstruction. The wider a line the larger its weight; negative weights are broken lines. "
    "The code cannot tell its two units apart, and the reconstruction is far from the input: nothing has been trained yet."
)


def draw(figure):
    z1, z2, *rest = (float(one) for one in verify.autoencoder_worked_example.numpy()())
    *x_hat, loss = rest
    columns = [[float(one) for one in x], [z1, z2], x_hat]
    places = [[(layer, 1.5 * (len(values) - 1) / 3 * (1 - 2 * k / (len(values) - 1))) for k in range(len(values))] for layer, values in enumerate(columns)]
    axes = figure.subplots()
    for matrix, before, after in ((encoder_weights, 0, 1), (decoder_weights, 1, 2)):
        for i, (x1, y1) in enumerate(places[after]):
            for j, (x0, y0) in enumerate(places[before]):
                weight = float(matrix[i, j])
                style = {"color": BLUE} if weight > 0 else {"color": ORANGE, "linestyle": (0, (4, 3))}
                axes.plot([x0, x1], [y0, y1], linewidth=0.4 + 4 * abs(weight), alpha=0.55, zorder=1, **style)
    for layer, values in enumerate(columns):
        for value, (left, height) in zip(values, places[layer]):
            axes.plot([left], [height], "o", color=SOFT, markersize=9, zorder=2)
            side, align = (-0.08, "right") if layer == 0 else (0.08, "left") if layer == 2 else (0.0, "center")
            rise = 0.0 if layer != 1 else 0.26 if height > 0 else -0.26
            axes.text(left + side, height + rise, f"{value:.8g}" if layer else f"{value:g}", ha=align, va="center", color=INK)
    for layer, name in enumerate((r"$\mathbf{x}$", r"$\mathbf{z}$", r"$\hat{\mathbf{x}}$")):
        axes.text(layer, 2.05, name, ha="center", size=12)
    axes.text(1, -1.75, rf"$L = \|\mathbf{{x}}-\hat{{\mathbf{{x}}}}\|^2 = {loss:.8f}$", ha="center")
    axes.set_xlim(-0.3, 2.5)
    axes.set_ylim(-2, 2.3)
    axes.axis("off")
