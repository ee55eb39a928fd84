"""The mathematics: statements, derivations and the checker that replays them."""
