"""Placeholder: the pages of accounts are written by their own commit."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
