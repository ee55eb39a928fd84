"""What a person chooses for a run. Plain numbers and words: this file loads neither JAX nor a model."""

from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True)
class Settings:
    """How a model is trained.

    Raises `ValueError`, naming the setting, its value and its domain.
    """

    steps: int = 2000
    """gradient steps in all"""
    batch_size: int = 128
    """examples per step; at most the whole training set"""
    optimiser: Literal["adam", "lbfgs"] = "adam"
    """L-BFGS is for losses without noise, all data in one batch; it finds its own step lengths"""
    learning_rate: float = 1e-3
    """of Adam"""
    betas: tuple[float, float] = (0.9, 0.999)
    """decay of Adam's two moments; GANs take (0.5, 0.999) or (0, 0.9)"""
    critic_learning_rate: float | None = None
    """of a GAN's discriminator, where it is not `learning_rate`"""
    critic_steps: int = 1
    """steps of a GAN's discriminator for each step of its generator"""
    schedule: Literal["constant", "cosine"] = "constant"
    """what the learning rate does after the warm-up"""
    warmup: int = 0
    """steps over which the learning rate rises from 0"""
    clip: float | None = None
    """largest global norm of the gradient"""
    ema: float = 0.0
    """decay of the moving average of the weights, 0 for none; what is sampled and evaluated is the average"""
    precision: Literal["float32", "bfloat16"] = "float32"
    """of the networks; losses and weights stay in float32"""
    binarise: Literal["none", "static", "dynamic"] = "none"
    """images as random bits: drawn once, or anew at every step"""
    seed: int = 0
    """of the weights, the order of the data and all noise"""
    log_every: int = 50
    """steps between lines of the log"""
    checkpoint_every: int = 500
    """steps between checkpoints"""
    evaluate_every: int = 500
    """steps between evaluations on the test set"""
    pictures_every: int = 500
    """steps between mosaics, 0 for none"""

    def __post_init__(self):
        object.__setattr__(self, "betas", tuple(self.betas))  # a list, when it comes from a file
        for name in ("steps", "batch_size", "log_every", "checkpoint_every", "evaluate_every", "critic_steps"):
            self._check(name, getattr(self, name) >= 1, ">= 1")
        for name in ("warmup", "pictures_every", "seed"):
            self._check(name, getattr(self, name) >= 0, ">= 0")
        self._check("learning_rate", self.learning_rate > 0, "> 0")
        self._check("critic_learning_rate", self.critic_learning_rate is None or self.critic_learning_rate > 0, "> 0")
        self._check("betas", len(self.betas) == 2 and all(0 <= b < 1 for b in self.betas), "two numbers in [0, 1)")
        self._check("clip", self.clip is None or self.clip > 0, "> 0")
        self._check("ema", 0 <= self.ema < 1, "in [0, 1)")
        for name, words in (("optimiser", ("adam", "lbfgs")), ("schedule", ("constant", "cosine")), ("precision", ("float32", "bfloat16")), ("binarise", ("none", "static", "dynamic"))):
            self._check(name, getattr(self, name) in words, f"one of {', '.join(words)}")

    def _check(self, name, holds, domain):
        if not holds:
            raise ValueError(f"{name} = {getattr(self, name)!r} is outside its domain: {name} {domain}")

    def to_dict(self):
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    def conflicts(self, earlier):
        """What a resumed run may not change: {name: (earlier, now)}. More steps are allowed under a constant rate."""
        changed = {name: (earlier.get(name), now) for name, now in self.to_dict().items() if earlier.get(name) != now}
        if self.schedule == "constant":
            changed.pop("steps", None)
        return changed
