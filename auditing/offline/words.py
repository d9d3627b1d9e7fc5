"""What is said of an archive, in the languages of the first users; no catalogue can be loaded here."""

from typing import Final

ENGLISH: Final = {
    "not-an-archive": "This file is no ZIP archive.",
    "strange-names": "The archive holds names twice, or names that no case has.",
    "file-missing": "A file that the archive must hold is missing: {about}",
    "file-damaged": "A file of the archive cannot be read to its end.",
    "too-large": "A text file of the archive is too large to be checked.",
    "not-json": "A file of the archive that must be JSON is not.",
    "not-as-expected": "The archive is not built as the export of a case is.",
    "file-not-listed": "A file was put in that the manifest does not name: {about}",
    "file-changed": "A file is not the one that the manifest names: {about}",
    "files-whole": "All {about} files are as the manifest names them.",
    "event-broken": "The record breaks at event {about}: it was altered, removed or moved.",
    "event-of-another": "The record holds events of another case.",
    "events-hold": "The chain of {about} events holds.",
    "withheld": (
        "Events that this archive's reader is not told of, of which only the hashes are here: {about}. "
        "What stands before them is proven by the signature of the archive alone."
    ),
    "not-sealed": "The record was not sealed yet when the archive was made.",
    "sealed": "The record up to event {about} is part of what was sealed.",
    "seal-wrong": "The proof does not lead from event {about} to the sealed statement.",
    "no-openssl": "openssl is not installed: signatures and timestamps were not checked.",
    "root-of-archive": (
        "The root certificate came with the archive. Compare its SHA-256 with the one that the "
        "authority publishes, or name yours with --root: {about}"
    ),
    "manifest-stamped": "The manifest was timestamped at {about}.",
    "manifest-not-stamped": "The timestamp does not belong to the manifest, or is not trusted.",
    "manifest-signed": "The manifest is signed, by a certificate under this root.",
    "manifest-not-signed": "The signature does not belong to the manifest, or is not trusted.",
    "statement-stamped": "The seal of the record was timestamped at {about}.",
    "statement-not-stamped": "The timestamp does not belong to the seal, or is not trusted.",
    "statement-signed": "The seal of the record is signed, by a certificate under this root.",
    "statement-not-signed": "The signature does not belong to the seal, or is not trusted.",
    "good": "The archive is genuine.",
    "bad": "The archive is NOT genuine.",
}
VIETNAMESE: Final = {
    "not-an-archive": "Tệp này không phải là tệp ZIP.",
    "strange-names": "Tệp có tên trùng nhau, hoặc có tên mà hồ sơ không bao giờ có.",
    "file-missing": "Thiếu một tệp bắt buộc: {about}",
    "file-damaged": "Có tệp không đọc được đến hết.",
    "too-large": "Có tệp văn bản quá lớn nên không kiểm tra được.",
    "not-json": "Có tệp lẽ ra là JSON nhưng không phải.",
    "not-as-expected": "Tệp không có cấu trúc của một hồ sơ được trích xuất.",
    "file-not-listed": "Có tệp được thêm vào mà danh mục không ghi: {about}",
    "file-changed": "Có tệp không đúng với tệp ghi trong danh mục: {about}",
    "files-whole": "Cả {about} tệp đều đúng như danh mục.",
    "event-broken": "Nhật ký đứt tại sự kiện {about}: sự kiện bị sửa, bị xóa hoặc bị đổi chỗ.",
    "event-of-another": "Nhật ký có sự kiện của hồ sơ khác.",
    "events-hold": "Chuỗi {about} sự kiện nguyên vẹn.",
    "withheld": (
        "Các sự kiện không cung cấp cho người nhận tệp này, chỉ có giá trị băm: {about}. "
        "Những gì đứng trước chúng chỉ được chứng minh bằng chữ ký của tệp."
    ),
    "not-sealed": "Khi trích xuất, nhật ký chưa được niêm phong.",
    "sealed": "Nhật ký đến sự kiện {about} nằm trong nội dung đã niêm phong.",
    "seal-wrong": "Bằng chứng không dẫn từ sự kiện {about} đến bản niêm phong.",
    "no-openssl": "Chưa cài openssl: chữ ký và dấu thời gian chưa được kiểm tra.",
    "root-of-archive": (
        "Chứng thư gốc đi kèm trong tệp. Hãy so SHA-256 của nó với giá trị cơ quan công bố, "
        "hoặc chỉ ra chứng thư của bạn bằng --root: {about}"
    ),
    "manifest-stamped": "Danh mục được đóng dấu thời gian lúc {about}.",
    "manifest-not-stamped": "Dấu thời gian không thuộc danh mục, hoặc không được tin cậy.",
    "manifest-signed": "Danh mục có chữ ký số, chứng thư thuộc chứng thư gốc này.",
    "manifest-not-signed": "Chữ ký số không thuộc danh mục, hoặc không được tin cậy.",
    "statement-stamped": "Bản niêm phong nhật ký được đóng dấu thời gian lúc {about}.",
    "statement-not-stamped": "Dấu thời gian không thuộc bản niêm phong, hoặc không được tin cậy.",
    "statement-signed": "Bản niêm phong nhật ký có chữ ký số, chứng thư thuộc chứng thư gốc này.",
    "statement-not-signed": "Chữ ký số không thuộc bản niêm phong, hoặc không được tin cậy.",
    "good": "Tệp là thật.",
    "bad": "Tệp KHÔNG phải là thật.",
}
LANGUAGES: Final = {"en": ENGLISH, "vi": VIETNAMESE}
