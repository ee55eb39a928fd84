"""The site: prose around what `derivations` and `verify` produce when it is built (`python -m docs.build`)."""
