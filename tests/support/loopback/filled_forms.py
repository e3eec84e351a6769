"""A form as somebody fills it in: Discord's client lets nothing be sent that the form does not allow."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.support.loopback import payloads
from tests.support.loopback.message_checks import FILE_UPLOAD, INPUT_MAX, LABEL, SELECT, TEXT_INPUT
from tests.support.loopback.state import Attachment

Store = Callable[[Any], Attachment]


def filled_form(form: dict[str, Any], values: Mapping[str, Any], store: Store) -> dict[str, Any]:
    """The data of the submission, under the custom_id of the shown form."""
    resolved: dict[str, Any] = {}
    rows = [_row(row, values, store, resolved) for row in form["components"]]
    data: dict[str, Any] = {"custom_id": form["custom_id"], "components": [row for row in rows if row]}
    if resolved:
        data["resolved"] = {"attachments": resolved}
    return data


def _row(row: dict[str, Any], values: Mapping[str, Any], store: Store, resolved: dict[str, Any]) -> dict[str, Any]:
    """Labels hold one component, action rows a list."""
    if row["type"] == LABEL:
        entered = _entered(row["component"], values, store, resolved)
        return {"type": LABEL, "id": row.get("id", 1), "component": entered}
    if "components" not in row:
        return {}
    return {"type": 1, "components": [_entered(item, values, store, resolved) for item in row["components"]]}


def _entered(item: dict[str, Any], values: Mapping[str, Any], store: Store, resolved: dict[str, Any]) -> dict[str, Any]:
    custom_id = item["custom_id"]
    base = {"type": item["type"], "custom_id": custom_id, "id": item.get("id", 1)}
    required = item.get("required", True)
    given = values.get(custom_id)
    if item["type"] == TEXT_INPUT:
        text = str(given if given is not None else item.get("value") or "")
        least = (item.get("min_length") or 0) if text or required else 0
        least = max(least, 1 if required else 0)
        if not least <= len(text) <= (item.get("max_length") or INPUT_MAX):
            raise AssertionError(f"the form does not take {len(text)} characters as {custom_id}")
        return {**base, "value": text}
    if item["type"] == FILE_UPLOAD:
        files = [store(upload) for upload in given or []]
        resolved |= {str(file.id): payloads.attachment(file) for file in files}
        return {**base, "values": [str(file.id) for file in files]}
    if given is None and item["type"] == SELECT:
        chosen = [option["value"] for option in item["options"] if option.get("default")]
    else:
        chosen = list(given) if isinstance(given, (list, tuple)) else ([given] if given else [])
    offered = {option["value"] for option in item.get("options", [])}
    if item["type"] == SELECT and not set(chosen) <= offered:
        raise AssertionError(f"{chosen} cannot be chosen as {custom_id}: {sorted(offered)}")
    if required and len(chosen) < item.get("min_values", 1):
        raise AssertionError(f"the form wants a choice for {custom_id}")
    return {**base, "values": chosen}
