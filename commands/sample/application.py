"""What an invented business writes into its declaration, and the papers it attaches."""

import io
from typing import Any

import pikepdf
import segno

SERVICE = "device-declaration-b"

_DEVICE = {
    "request": "declare",
    "device_name": "Máy đo huyết áp điện tử bắp tay",
    "device_class": "B",
    "device_models": "BA-100, BA-200",
    "intended_use": "Đo huyết áp và nhịp tim ở người lớn, dùng tại nhà và tại cơ sở y tế.",
    "manufacturer_name": "Sao Mai Precision Co., Ltd.",
    "manufacturer_country": "JP",
    "applied_standards": "TCVN ISO 13485:2017; IEC 80601-2-30:2018",
    "own_product": "no",
    "single_use": "no",
    "in_vitro": "no",
    "warranty_site": "Trạm bảo hành Sao Mai, 12 Đường Mẫu Số Một, Thành phố Hồ Chí Minh",
    "commitment_given": True,
}

SAO_MAI: dict[str, Any] = {
    "organisation_number": "0315123453",
    "organisation_name": "CÔNG TY TNHH THIẾT BỊ Y TẾ SAO MAI (MẪU)",
    "organisation_address": "12 Đường Mẫu Số Một, Phường Bến Thành, Thành phố Hồ Chí Minh",
    "contact_name": "Nguyễn Thị Mai",
    "contact_phone": "028 3800 0000",
    "contact_email": "mai@saomai.example",
    **_DEVICE,
}
"""An application that passes: the register knows this company under this name."""

DONG_XANH: dict[str, Any] = {
    **SAO_MAI,
    "organisation_number": "3601234569",
    "organisation_name": "Công ty Dụng cụ Đồng Xanh",
    "organisation_address": "45 Đường Mẫu Số Hai, Phường Biên Hòa, Tỉnh Đồng Nai",
    "contact_name": "Trần Văn Xanh",
    "contact_email": "xanh@dongxanh.example",
    "device_name": "Nhiệt kế hồng ngoại đo trán",
    "device_models": "NK-1",
    "intended_use": "Đo thân nhiệt không tiếp xúc.",
}
"""An application for the desk: the register knows this company under another name."""

MISNAMED: dict[str, Any] = {
    **SAO_MAI,
    "organisation_name": "Công ty Sao Mai",
    "device_name": "Máy đo đường huyết cá nhân",
    "device_models": "DH-10",
    "intended_use": "Tự đo đường huyết mao mạch tại nhà.",
}
"""An application that the desk sends back: the name is not the registered one."""


def paper(title: str) -> bytes:
    """A one-page PDF that stands for a real paper; its page is a QR code of the title."""
    code = io.BytesIO()
    segno.make(title, micro=False).save(code, kind="pdf", scale=8)
    with pikepdf.open(io.BytesIO(code.getvalue())) as pdf:
        pdf.docinfo["/Title"] = title
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()
