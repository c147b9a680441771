"""The seed's programs, with inputs scaled: ``python -m slugstudio.engine.examples.mnist``."""
