"""Placeholder: the pages of experts are written by their own commit."""

from flask import Blueprint

bp = Blueprint("experts", __name__)
