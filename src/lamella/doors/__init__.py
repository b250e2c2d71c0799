"""Thin doors to the functions of `lamella.api`: parse, call one function, render."""
