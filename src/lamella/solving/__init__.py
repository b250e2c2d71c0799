"""Designs with `any` in them: which values make every layer fit and every target hold."""
