"""Every blueprint of hand-written pages; the generated ones are in console/views/admin.py."""

from __future__ import annotations

from console.views import (
    accounts,
    attachments,
    auth,
    certificates,
    experts,
    health,
    home,
    portal,
    public,
    reviews,
)

ALL = (
    health.bp,
    auth.bp,
    home.bp,
    public.bp,
    portal.bp,
    reviews.bp,
    experts.bp,
    certificates.bp,
    attachments.bp,
    accounts.bp,
)
