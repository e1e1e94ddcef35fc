"""The signature explainer: what a signed request says, whether it holds, and if not, why most likely."""
