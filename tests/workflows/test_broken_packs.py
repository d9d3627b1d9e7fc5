"""A broken pack is refused with the file, the place and the remedy; what is deployed goes on."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask

import workflows
from core.config import Settings
from core.database import Model, db, transaction
from core.errors import InvalidRequest
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack
from workflows.queries import service
from wsgi import create_app

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / "device-declaration-b")
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or chr(32)};" * 10}">' for n in range(1, 9))
    + "]>"
)
Edit = Callable[[bytes], bytes | None]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory) -> Iterator[Flask]:
    """A house that offers the service as it should be."""
    app = create_app(Settings(data_directory=tmp_path_factory.mktemp("house"), embedded_workers=0))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        with transaction():
            deploy_pack(PACK, by="system")
        yield app
        db.session.remove()
        db.engine.dispose()


def changed(path: str, edit: Edit) -> Mapping[str, bytes]:
    edited = edit(PACK.files.get(path, b""))
    rest = {name: content for name, content in PACK.files.items() if name != path}
    return rest if edited is None else {**rest, path: edited}


def swap(old: str, new: str) -> Edit:
    def edit(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return edit


def becomes(content: bytes | None) -> Edit:
    return lambda _content: content


def with_doctype(doctype: str) -> Edit:
    return lambda content: re.sub(rb"\?>", b"?>" + doctype.encode(), content, count=1)


def without_setting(name: str) -> Edit:
    return lambda content: re.sub(rb"  %s:\n(    .*\n)+" % name.encode(), b"", content, count=1)


YAML, BPMN, DMN = "service.yaml", "process.bpmn", "decisions.dmn"
FORM, TEXTS, LETTER = "forms/declaration.form", "i18n/en.json", "letters/notice.typ"
BROKEN: list[tuple[str, Edit, str]] = [
    (YAML, becomes(None), YAML),
    (YAML, becomes(b"key: [unclosed"), "line 1"),
    (YAML, becomes(b"- a list"), YAML),
    (YAML, becomes(b"\xff\xfe\x00"), YAML),
    (YAML, becomes(b"[" * 5000), YAML),
    (YAML, lambda content: content + b"\nextra: 1\n", "extra"),
    (YAML, lambda content: content + b"\na: &a [x]\nb: *a\n", "alias"),
    (YAML, swap("process: device_declaration_b", "process: nobody"), "nobody"),
    (YAML, swap("=organisation_name", "=1 +"), "owner_name"),
    (YAML, swap("=device_models", "=no_such_answer"), "no_such_answer"),
    (YAML, swap("element: desk_check", "element: nowhere"), "nowhere"),
    (YAML, swap("element: desk_check", "element: receive"), "receive"),
    (
        YAML,
        swap("element: desk_check, status: submitted", "element: desk_check, status: delivered"),
        "delivered",
    ),
    (YAML, swap("status: awaiting-supplement", "status: processing"), "awaiting-supplement"),
    (YAML, swap("Chờ bổ sung", "đang kiểm tra"), "đang kiểm tra"),
    (YAML, swap("=device_models", "=device_models + 1"), "device_models + 1"),
    (YAML, swap("documents_decision: required", "documents_decision: un"), "un_documents"),
    (YAML, swap("  device_models: {vi", "  other: {vi"), "device_models"),
    (YAML, without_setting("number_pattern"), "number_pattern"),
    (YAML, without_setting("procedure_code"), "procedure_code"),
    (YAML, swap("{sequence:09d}/PCBB-{agency}", "{sequence.__class__}/{agency}"), "number_pattern"),
    (YAML, swap("{sequence:09d}/PCBB-{agency}", "{sequence:09d}/PCBB"), "number_pattern"),
    (YAML, swap("{sequence:09d}/PCBB-{agency}", "PCBB-{agency}"), "number_pattern"),
    (
        YAML,
        swap("{sequence:09d}/PCBB-{agency}", "{sequence:09999999999d}/{agency}"),
        "number_pattern",
    ),
    (BPMN, becomes(b"<bpmn"), BPMN),
    (BPMN, becomes(b""), BPMN),
    (BPMN, with_doctype('<!DOCTYPE a SYSTEM "file:///etc/passwd">'), "DOCTYPE"),
    (BPMN, with_doctype(LAUGHS), BPMN),
    (BPMN, swap('formId="desk_check"', 'formId="lost"'), "forms/lost.form"),
    (BPMN, swap('source="receipt"', 'source="lost"'), "letters/lost.typ"),
    (BPMN, swap('motcua:status="stopped"', 'motcua:status="on-holiday"'), "on-holiday"),
    (BPMN, swap('motcua:workingDays="1"', 'motcua:workingDays="soon"'), "workingDays"),
    (BPMN, lambda content: content + b" " * 6_000_000, BPMN),
    (DMN, becomes(None), "required_documents"),
    (DMN, becomes(b"<definitions"), DMN),
    (DMN, with_doctype('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">'), "DOCTYPE"),
    (DMN, swap('"conformity"', '"conf" +'), DMN),
    (DMN, swap('"conformity"', '"unheard_of"'), "unheard_of"),
    (FORM, becomes(None), FORM),
    (FORM, becomes(b"{"), FORM),
    (FORM, becomes(b"[1]"), FORM),
    (TEXTS, becomes(b"{"), TEXTS),
    (TEXTS, becomes(b"[]"), TEXTS),
    (TEXTS, becomes(b'{"forms": 7}'), TEXTS),
    (TEXTS, becomes(b'{"forms": {"declaration": {"device_name": 7}}}'), "declaration"),
    (TEXTS, becomes(json.dumps({"forms": {}}).encode()), TEXTS),
    (LETTER, becomes(b"\xff"), LETTER),
    ("../outside.typ", becomes(b"x"), "../outside.typ"),
    ("/etc/passwd", becomes(b"x"), "/etc/passwd"),
    ("letters\\..\\x.typ", becomes(b"x"), "x.typ"),
    ("letters/a\x00.typ", becomes(b"x"), "letters"),
]


@pytest.mark.parametrize(
    ("path", "edit", "named"), BROKEN, ids=[f"{n}-{path}" for n, (path, *_) in enumerate(BROKEN)]
)
def test_a_broken_pack_is_refused_and_the_deployed_one_goes_on(deployed, path, edit, named):
    with pytest.raises(InvalidRequest) as refused, transaction():
        deploy_pack(ServicePack(changed(path, edit)), by="system")
    assert named in str(refused.value)
    db.session.rollback()
    assert service(PACK.manifest.key).version == PACK.version
