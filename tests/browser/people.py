"""What people do in a real browser: solve the puzzle with the mouse, log in, look at a page from every side."""

from __future__ import annotations

import base64
import re

from playwright.sync_api import Page, expect

PUZZLE_WIDTH, PIECE = 320, 60


def answer(live, kind: str) -> str:
    """What the newest puzzle or picture hides: it stands in the database only, never in the page."""
    ((found,),) = live.query(
        "SELECT answer FROM captcha_challenge WHERE kind = %s AND used_at IS NULL ORDER BY created_at DESC LIMIT 1",
        kind,
    )
    return found


def drag_puzzle(page: Page, live) -> None:
    """Drag the piece into its hole, as a hand does it."""
    handle, track = page.locator("[data-slider-handle]"), page.locator("[data-slider-track]")
    expect(page.locator("[data-slider-words]")).to_have_text(re.compile("按住滑块"))
    handle.scroll_into_view_if_needed()
    box, room = handle.bounding_box(), track.evaluate("box => box.clientWidth")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    far = int(answer(live, "slider")) / (PUZZLE_WIDTH - PIECE) * (room - box["width"] + 2)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 13):
        page.mouse.move(x + far * step / 12, y + step % 3)
        page.wait_for_timeout(25)
    page.mouse.up()
    expect(track).to_have_class(re.compile(r"\bsolved\b"))


def log_in(page: Page, live, identifier: str, password: str, door: str = "government") -> None:
    """Through the login page, with the puzzle."""
    page.goto(f"/login?as={door}")
    page.locator("#identifier").fill(identifier)
    page.locator("#password").fill(password)
    drag_puzzle(page, live)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).not_to_have_url(re.compile("/login"))


def drop_file(page: Page, target: str, name: str, content: bytes) -> None:
    """Drop a file from the desktop onto a part of the page."""
    dropped = page.evaluate_handle(
        """([name, content]) => {
            const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], name, { type: "application/pdf" }));
            return data;
        }""",
        [name, base64.b64encode(content).decode()],
    )
    page.dispatch_event(target, "drop", {"dataTransfer": dropped})


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until the focus stands on something of this name; it must be seen there."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if words_of_focus(page) == name:
            assert focus_is_visible(page), f"no focus ring on {name}"
            return
    raise AssertionError(f"{name} is not reached by Tab on {page.url}")


def words_of_focus(page: Page) -> str:
    """How the focused thing is called."""
    return page.evaluate(
        """() => {
            const one = document.activeElement;
            if (!one || one === document.body) return "";
            const label = one.labels && one.labels.length ? one.labels[0] : null;
            const by = document.getElementById(one.getAttribute("aria-labelledby"));
            const words = one.getAttribute("aria-label") || (by && by.innerText)
                || (label && (label.querySelector("strong") || label).innerText) || one.innerText || one.value || "";
            return words.replace(/（选填）/, "").replace(/\\s+/g, "");
        }"""
    )


def focus_is_visible(page: Page) -> bool:
    """Whether the focused thing, or what stands for it, shows a ring."""
    return page.evaluate(
        """() => {
            const one = document.activeElement;
            const seen = [one, ...(one.labels ? Array.from(one.labels) : []), one.parentElement];
            return seen.some((each) => {
                const look = getComputedStyle(each);
                return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== "none";
            });
        }"""
    )


CHECKS = """() => {
    const found = [];
    const say = (what, one) => found.push(what + ": " + one.outerHTML.slice(0, 120));
    const shown = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
        && !one.closest("details:not([open]) > :not(summary)");
    const called = (one) => one.getAttribute("aria-label") || one.getAttribute("aria-labelledby");
    if (document.documentElement.lang !== "zh-CN") found.push("lang " + document.documentElement.lang);
    const heads = Array.from(document.querySelectorAll("h1")).filter(shown);
    if (heads.length !== 1) found.push(heads.length + " h1");
    if (!document.title.endsWith(" - 聚贤") || document.title.startsWith(" -")) found.push("title " + document.title);
    for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
        if (shown(one) && !called(one) && !(one.labels && one.labels.length)) say("no label", one);
    for (const one of document.querySelectorAll("button, a[href]"))
        if (shown(one) && !called(one) && !one.innerText.trim() && !one.querySelector("img[alt], svg[aria-label]"))
            say("no name", one);
    for (const one of document.querySelectorAll("table")) {
        if (!one.querySelector("caption")) say("no caption", one);
        if (one.querySelector("th:not([scope])")) say("th without scope", one);
    }
    for (const one of document.querySelectorAll("[style], [onclick], [onchange], [onsubmit]"))
        if (!one.closest("[data-slider], [data-role^=select2], .select2-container, .daterangepicker"))
            say("inline", one);
    const ids = Array.from(document.querySelectorAll("[id]")).map((one) => one.id);
    const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
    if (twice.length) found.push("id twice: " + twice.join(" "));
    return found;
}"""
ENGLISH = re.compile(
    r"\b(Submit|Save|Delete|Edit|Create|Search|Cancel|Close|Error|None|True|False|null|undefined|Select|Filter|Apply"
    r"|Yes|No|List|View|Details|Add|Remove|Login|Logout|Password|Username|Email|Page|Next|Previous|Loading|Choose"
    r"|Record|Export|Import|Action|Reset|Home|Field|Required|Invalid)\b"
)


def faults_of(page: Page) -> list[str]:
    """What a machine can see to be wrong with the page as it stands."""
    found = [f"{page.url}: {each}" for each in page.evaluate(CHECKS)]
    english = sorted(set(ENGLISH.findall(page.inner_text("body"))))
    if english:
        found.append(f"{page.url}: English words {english}")
    width = page.viewport_size["width"]
    scrolled = page.evaluate("document.documentElement.scrollWidth")
    if scrolled > width:
        found.append(f"{page.url}: {scrolled} px wide at {width}")
    return found
