"""Placeholder: the pages of health are written by their own commit."""

from flask import Blueprint

bp = Blueprint("health", __name__)
