"""The documentation is what the models say, and its examples are valid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from queue_core.wire import messages
from queue_core.wire.asyncapi import document, schemas, text
from queue_core.wire.contract import CHANNELS
from queue_core.wire.examples import EXAMPLES
from queue_core.wire.messages import CENTRAL_REQUESTS, REQUESTS, Message, Request
from queue_core.wire.topics import ProvinceTopics, Topics

PATH = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
DOCUMENT = document()


def resolved(reference: str) -> Any:
    assert reference.startswith("#/")
    here: Any = DOCUMENT
    for part in reference[2:].split("/"):
        here = here[part]
    return here


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        found = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return found + [one for value in node.values() for one in references(value)]
    return [one for value in node for one in references(value)] if isinstance(node, list) else []


def test_the_file_is_what_the_models_say() -> None:
    assert PATH.read_text(encoding="utf-8") == text(), "python -m queue_core.wire.asyncapi > docs/asyncapi.yaml"


def test_the_file_is_yaml_and_nothing_is_lost_in_it() -> None:
    assert YAML(typ="safe").load(PATH) == DOCUMENT


def test_every_reference_leads_somewhere() -> None:
    found = references(DOCUMENT)
    assert len(found) > 50
    for reference in found:
        assert resolved(reference), reference


def test_the_structure_is_that_of_asyncapi_3() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    for channel in DOCUMENT["channels"].values():
        places = {part[1:-1] for part in channel["address"].split("/") if part.startswith("{")}
        assert places == channel["parameters"].keys()
    for name, operation in DOCUMENT["operations"].items():
        assert operation["action"] in {"send", "receive"}
        channel = resolved(operation["channel"]["$ref"])
        for message in operation["messages"]:  # an operation's messages are among its channel's, by that very path
            assert message["$ref"].startswith(operation["channel"]["$ref"] + "/messages/")
            assert message["$ref"].rsplit("/", 1)[1] in channel["messages"]
        assert ("reply" in operation) == (name in {*REQUESTS, *CENTRAL_REQUESTS})


def test_every_message_of_the_bus_is_in_the_contract() -> None:
    bases = {Message, Request}
    models = {
        one
        for one in vars(messages).values()
        if isinstance(one, type) and issubclass(one, Message) and one not in bases
    }
    assert {channel.message for channel in CHANNELS} == models


def test_every_topic_is_in_the_contract() -> None:
    topics = Topics("p", "o")
    plain = {
        getattr(topics, name)
        for name in vars(Topics)
        if isinstance(getattr(Topics, name), property) and name != "root" and not name.startswith("all_")
    }
    plain |= {topics.device_state("c"), topics.reply("c"), topics.print_job("c")}
    plain |= {topics.request("c", verb) for verb in REQUESTS}
    filled = {one.address.format(province="p", office="o", client="c") for one in CHANNELS if one.server == "office"}
    assert filled == plain


def test_every_topic_at_central_is_in_the_contract_and_is_heard_there() -> None:
    """An office's account at central is its id, so its topics hold it twice."""
    topics, province = Topics("p", "o"), ProvinceTopics("p")
    plain = {topics.device_state("o"), topics.reply("o"), *(topics.request("o", verb) for verb in CENTRAL_REQUESTS)}
    assert {one.address.format(province="p", office="o") for one in CHANNELS if one.server == "central"} == plain
    assert province.parse_request(topics.request("o", "uplink")) == ("o", "uplink")
    assert province.reply("o") == topics.reply("o")
    foreign = [
        topics.request("other", "uplink"),
        Topics("q", "o").request("o", "uplink"),
        topics.board,
        "",
        "motcua/v1/p//",
    ]
    assert [province.parse_request(one) for one in foreign] == [None] * len(foreign)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_examples_are_valid_by_the_published_schema(example: Message) -> None:
    name = type(example).__name__
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas()}}
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    payload = example.model_dump(mode="json")
    validator.validate(payload)
    assert not validator.is_valid({key: value for key, value in payload.items() if key != "v"}), "v is required"
    assert not validator.is_valid(payload | {"v": 2})
    assert payload in [one["payload"] for one in DOCUMENT["components"]["messages"][name]["examples"]]


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_every_message_has_an_example(channel: Any) -> None:
    assert DOCUMENT["components"]["messages"][channel.message.__name__]["examples"]
