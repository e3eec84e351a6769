"""What Discord refuses in a message, an embed, components or a form (resources/message, components/reference)."""

from typing import Any

from tests.support.loopback.state import DiscordError, Message

CONTENT_MAX, NONCE_MAX, EMBEDS_MAX, FILES_MAX = 2000, 25, 10, 10
EMBED_TITLE_MAX, EMBED_DESCRIPTION_MAX, EMBED_FIELDS_MAX = 256, 4096, 25
EMBED_NAME_MAX, EMBED_VALUE_MAX, EMBED_FOOTER_MAX, EMBED_AUTHOR_MAX, EMBED_SUM_MAX = 256, 1024, 2048, 256, 6000
REQUEST_MAX_BYTES = 25 * 1024 * 1024
"""Largest request that posts a message."""

ROWS_MAX, BUTTONS_MAX, CUSTOM_ID_MAX, BUTTON_LABEL_MAX = 5, 5, 100, 80
OPTIONS_MAX, OPTION_TEXT_MAX = 25, 100
FORM_TITLE_MAX, FORM_COMPONENTS_MAX, LABEL_MAX, INPUT_MAX = 45, 5, 45, 4000

ROW, BUTTON, SELECT, TEXT_INPUT, LABEL, FILE_UPLOAD = 1, 2, 3, 4, 18, 19
SELECTS = (3, 5, 6, 7, 8)
LINK = 5
"""Style of a button that has a URL and no custom_id."""


def refuse(condition: object, why: str) -> None:
    """Raise Discord's "Invalid Form Body" where a condition holds."""
    if condition:
        raise DiscordError(400, 50035, f"Invalid Form Body: {why}")


def check_message(message: Message, given: dict[str, Any]) -> None:
    """A message as it would be after a request."""
    refuse(len(message.content) > CONTENT_MAX, "content: must be 2000 or fewer in length")
    refuse(len(str(given.get("nonce") or "")) > NONCE_MAX, "nonce: must be 25 or fewer in length")
    refuse(given.get("enforce_nonce") and not given.get("nonce"), "enforce_nonce: without a nonce")
    refuse(len(message.embeds) > EMBEDS_MAX, "embeds: 10 at most")
    refuse(len(message.attachments) > FILES_MAX, "files: 10 at most")
    for embed in message.embeds:
        check_embed(embed)
    refuse(sum(map(embed_length, message.embeds)) > EMBED_SUM_MAX, "embeds: must be 6000 or fewer in length together")
    check_components(message.components)
    if not (message.content or message.embeds or message.attachments or message.components):
        raise DiscordError(400, 50006, "Cannot send an empty message")


def embed_length(embed: dict[str, Any]) -> int:
    """Characters that count towards the sum."""
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts.append((embed.get("author") or {}).get("name"))
    texts += [text for item in embed.get("fields", []) for text in (item["name"], item["value"])]
    return sum(len(text or "") for text in texts)


def check_embed(embed: dict[str, Any]) -> None:
    fields = embed.get("fields", [])
    refuse(len(embed.get("title") or "") > EMBED_TITLE_MAX, "embed.title: 256")
    refuse(len(embed.get("description") or "") > EMBED_DESCRIPTION_MAX, "embed.description: 4096")
    refuse(len((embed.get("footer") or {}).get("text") or "") > EMBED_FOOTER_MAX, "embed.footer: 2048")
    refuse(len((embed.get("author") or {}).get("name") or "") > EMBED_AUTHOR_MAX, "embed.author: 256")
    refuse(len(fields) > EMBED_FIELDS_MAX, "embed.fields: 25 at most")
    for item in fields:
        refuse(not item["name"].strip() or len(item["name"]) > EMBED_NAME_MAX, "embed field name: 1 to 256")
        refuse(not item["value"].strip() or len(item["value"]) > EMBED_VALUE_MAX, "embed field value: 1 to 1024")


def check_components(rows: list[dict[str, Any]]) -> None:
    """Components of a message: five rows of five buttons or one select, custom_ids unique."""
    refuse(len(rows) > ROWS_MAX, "components: 5 rows at most")
    seen: set[str] = set()
    for row in rows:
        refuse(row.get("type") != ROW, "components: action rows only, without IS_COMPONENTS_V2")
        items = row.get("components", [])
        selects = [item for item in items if item["type"] in SELECTS]
        refuse(not 1 <= len(items) <= BUTTONS_MAX, "action row: 1 to 5 components")
        refuse(selects and len(items) > 1, "action row: a select stands alone")
        for item in items:
            refuse(item["type"] != BUTTON and item["type"] not in SELECTS, "action row: buttons and selects only")
            if item["type"] == BUTTON:
                _check_button(item)
            else:
                check_select(item)
            check_custom_id(item, seen)


def check_custom_id(item: dict[str, Any], seen: set[str]) -> None:
    """A custom_id has 1 to 100 characters and stands once."""
    if item["type"] == BUTTON and item.get("style") == LINK:
        return
    custom_id = item.get("custom_id", "")
    refuse(not 1 <= len(custom_id) <= CUSTOM_ID_MAX, f"custom_id: 1 to 100 characters, not {len(custom_id)}")
    refuse(custom_id in seen, f"custom_id: {custom_id} stands twice")
    seen.add(custom_id)


def _check_button(item: dict[str, Any]) -> None:
    refuse(not item.get("label") and not item.get("emoji"), "button: a label or an emoji")
    refuse(len(item.get("label") or "") > BUTTON_LABEL_MAX, "button label: 80 characters at most")
    refuse(item.get("style") == LINK and not item.get("url"), "link button: a URL")


def check_select(item: dict[str, Any]) -> None:
    """A select's options: 1 to 25, values unique, texts up to 100 characters."""
    refuse(len(item.get("placeholder") or "") > 150, "select placeholder: 150 characters at most")
    if item["type"] != SELECT:
        return
    options = item.get("options", [])
    refuse(not 1 <= len(options) <= OPTIONS_MAX, "select: 1 to 25 options")
    refuse(len({option["value"] for option in options}) != len(options), "select: option values stand once")
    for option in options:
        for name in ("label", "value"):
            refuse(not 1 <= len(option[name]) <= OPTION_TEXT_MAX, f"select option {name}: 1 to 100 characters")
        refuse(len(option.get("description") or "") > OPTION_TEXT_MAX, "select option description: 100 at most")
    least, most = item.get("min_values", 1), item.get("max_values", 1)
    refuse(most > OPTIONS_MAX or least > most, "select: min_values and max_values")


def form_components(form: dict[str, Any]) -> list[dict[str, Any]]:
    """What can be filled in, in order."""
    return [
        item
        for row in form["components"]
        for item in ([row["component"]] if row["type"] == LABEL else row.get("components", []))
    ]


def check_form(form: dict[str, Any]) -> None:
    """A form: title, 1 to 5 components, labels, text inputs, custom_ids."""
    refuse(not 1 <= len(form.get("title") or "") <= FORM_TITLE_MAX, "title: 1 to 45 characters")
    refuse(not 1 <= len(form.get("custom_id") or "") <= CUSTOM_ID_MAX, "custom_id of the form: 1 to 100 characters")
    refuse(not 1 <= len(form.get("components") or []) <= FORM_COMPONENTS_MAX, "components of a form: 1 to 5")
    for row in form["components"]:
        refuse(row["type"] not in {ROW, LABEL, 10}, "a form's component is a label, a row or text")
        label = row.get("label") if row["type"] == LABEL else None
        refuse(row["type"] == LABEL and not 1 <= len(label or "") <= LABEL_MAX, "label: 1 to 45 characters")
        refuse(len(row.get("description") or "") > 100, "label description: 100 characters at most")
    seen: set[str] = set()
    for item in form_components(form):
        check_custom_id(item, seen)
        if item["type"] == TEXT_INPUT:
            refuse(len(item.get("label") or "") > LABEL_MAX, "label: 45 characters at most")
            refuse(len(item.get("placeholder") or "") > 100, "text input placeholder: 100 at most")
            refuse(not 1 <= (item.get("max_length") or INPUT_MAX) <= INPUT_MAX, "text input max_length: 1 to 4000")
            refuse(len(item.get("value") or "") > (item.get("max_length") or INPUT_MAX), "text input value too long")
        elif item["type"] in SELECTS:
            check_select(item)
