"""The one context of letters: every name that a template may use. `docs/letters.md` is made from it.

What ends in `_translated` is the text in the applicant's language, empty where that is the
official one.
"""

from typing import Final

from workflows.letters.nodes import (
    Address,
    Choice,
    Grid,
    Language,
    Moment,
    Rows,
    Section,
    Text,
    Texts,
    Whole,
)

PLACE: Final = Section(
    "Who gave or received.",
    {
        "agency": Text("Name of the agency.", "Sở Y tế thành phố Hà Nội"),
        "unit": Text("Name of the unit.", "Phòng Nghiệp vụ Y"),
        "person": Text("Name of the person.", "Trần Thị Bích"),
    },
)

HANDOVER: Final = Section(
    "One hand-over.",
    {
        "stage": Text("What was handed over for.", "Thẩm định hồ sơ"),
        "giver": PLACE,
        "receiver": PLACE,
        "handed_at": Text("When it was handed over.", "08:30 ngày 20/11/2026"),
        "received_at": Text("When the receiver acknowledged it.", "08:45 ngày 20/11/2026"),
        "outcome": Choice(
            "How it ended, or that it is open.", ("open", "acknowledged", "returned", "misrouted")
        ),
        "timing": Choice(
            "How the step came out against its limit; `none` where it has none or goes on.",
            ("none", "before", "on", "over"),
        ),
        "papers": Texts("Papers that went along.", ("Đơn đề nghị", "Bản sao chứng chỉ")),
        "note": Text("Remark or reason.", "Chuyển đúng người phụ trách"),
    },
)

TABLE_ROW: Final = Section(
    "One row.",
    {
        "name": Text("What it is about.", "Siêu âm tổng quát"),
        "value": Text("What is said of it.", "Chẩn đoán hình ảnh"),
        "note": Text("Remark.", "Không thực hiện trên trẻ em"),
    },
)

REGISTER_ROW: Final = Section(
    "One dossier of the register.",
    {
        "number": Whole("Its place in the list.", 1),
        "code": Text("Dossier code.", "H26.16-261120-0001"),
        "service": Text("What was asked for.", "Công bố thiết bị y tế loại B"),
        "procedure_code": Text("National code of that procedure.", "1.003029"),
        "owner": Text("Whose dossier it is.", "Công ty TNHH Sao Mai"),
        "channel": Text("How it came.", "Trực tuyến"),
        "received": Text("When it was received.", "08:30 ngày 20/11/2026"),
        "due": Text("When the result is due.", "08:30 ngày 23/11/2026"),
        "finished": Text("When it was settled.", "16:00 ngày 20/11/2026"),
        "delivered": Text("When the result was handed out.", "16:05 ngày 20/11/2026"),
        "status": Text("Where it stands.", "Đã trả kết quả"),
        "timing": Choice(
            "How it came out: `open` while in time, `late` while overdue.",
            ("open", "late", "before", "on", "over", "ended"),
        ),
        "note": Text("Remark.", ""),
    },
)

ASKED: Final = Section(
    "One thing that is to be mended.",
    {
        "label": Text("What it is about.", "Giấy chứng nhận ISO 13485"),
        "defect": Text("What is wrong with it.", "Bản chụp thiếu trang 2"),
        "remedy": Text("What to do.", "Nộp bản chụp đủ các trang"),
        "legal_basis": Text("By which rule.", "Khoản 1 Điều 26 Nghị định 98/2021/NĐ-CP"),
    },
)

EARLIER: Final = Section(
    "An extension or request before this one.",
    {
        "at": Text("When.", "09:00 ngày 12/11/2026"),
        "text": Text("What was decided.", "Gia hạn lần 1"),
        "old_due": Text("Day promised before.", "17:00 ngày 12/11/2026"),
        "new_due": Text("Day promised then.", "17:00 ngày 18/11/2026"),
    },
)

FEE: Final = Section(
    "The receipt of a fee (letter `fee_receipt`).",
    {
        "number": Text("Number of the receipt.", "BL-2026-000123"),
        "series": Text("Its series.", "BL"),
        "payer": Text("Who paid.", "Công ty TNHH Sao Mai"),
        "lines": Rows(
            "What was paid for.",
            Section(
                "One kind of fee.",
                {
                    "name": Text("What it is called.", "Phí thẩm định"),
                    "amount": Text("The amount with its currency.", "1.500.000 đồng"),
                    "source": Text("By which rule.", "Thông tư 59/2023/TT-BTC"),
                },
            ),
        ),
        "total": Text("All of it.", "1.500.000 đồng"),
        "total_in_words": Text("The same in words.", "Một triệu năm trăm nghìn đồng"),
        "way": Choice("How it was paid.", ("gateway", "cash", "transfer")),
        "paid": Text("When.", "09:00 ngày 22/11/2026"),
        "cancelled": Text("When the receipt was cancelled, if it was.", ""),
    },
)

REQUEST: Final = Section(
    "What is asked of the applicant, or decided about his dossier (forms 02 to 05).",
    {
        "number": Text("Number of a decision about an entry of the register.", "0012/2026/QĐ-HN"),
        "round": Text("Which round of supplementing it is.", "1"),
        "items": Rows("Everything that is to be mended, at once.", ASKED),
        "reason": Text("Why.", "Hồ sơ chưa đủ thành phần theo quy định"),
        "legal_basis": Text("By which rule.", "Điều 26 Nghị định 98/2021/NĐ-CP"),
        "stage": Text("At which stage.", "Thẩm định"),
        "asked_at": Text("When it was asked.", "09:00 ngày 22/11/2026"),
        "answer_until": Text("Until when to answer.", "17:00 ngày 20/02/2027"),
        "old_due": Text("Day promised before.", "17:00 ngày 23/11/2026"),
        "new_due": Text("Day promised now.", "17:00 ngày 30/11/2026"),
        "decision": Text("What was decided.", "Dừng giải quyết hồ sơ"),
        "money": Text("What becomes of money paid.", "Không hoàn trả phí đã nộp"),
        "by": Text("Who decided it.", "Trần Thị Bích"),
        "history": Rows("What was asked or promised before.", EARLIER, count=1),
    },
)

CONTEXT: Final = Section(
    "What a letter is written from.",
    {
        "dated": Moment(
            "Moment of the letter (ISO 8601); it dates the PDF.", "2026-11-22T09:00:00+07:00"
        ),
        "day": Text("The same day in words.", "ngày 22 tháng 11 năm 2026"),
        "moment": Text("The same moment in words.", "09:00 ngày 22/11/2026"),
        "language": Language(
            "What the applicant reads; texts stand in the official one first.", "vi"
        ),
        "agency": Section(
            "Who settles the dossier, under its name of that day. What stands at the head of its "
            "letters is a setting (`letterhead`).",
            {
                "name": Text("Its name.", "Sở Y tế thành phố Hà Nội"),
                "name_translated": Text(
                    "Its name for the applicant.", "Hanoi Department of Health"
                ),
                "code": Text("Its code.", "H26.16"),
                "abbreviation": Text("What ends its numbers.", "HN"),
                "superior": Text("The body above it.", "Ủy ban nhân dân thành phố Hà Nội"),
                "place": Text("Where it writes.", "Hà Nội"),
                "contact": Text("Address, telephone.", "4 Sơn Tây, Hà Nội; 024 1234 5678"),
            },
        ),
        "receiving": Section(
            "Who took the dossier in, if somebody else did; empty otherwise.",
            {
                "agency": Text("Name of the agency.", "Trung tâm Phục vụ hành chính công"),
                "unit": Text("Name of the unit.", "Chi nhánh số 1"),
            },
        ),
        "unit": Text("Name of the unit that handles it.", "Phòng Nghiệp vụ Y"),
        "signer": Section(
            "Who signs.",
            {
                "authority": Text("In whose place, if not by his own right.", "KT. GIÁM ĐỐC"),
                "title": Text("Office held.", "Phó Giám đốc"),
                "name": Text("Name; empty where the agency's seal stands alone.", "Nguyễn Văn An"),
            },
        ),
        "service": Section(
            "What is asked for.",
            {
                "name": Text("Its name.", "Công bố tiêu chuẩn áp dụng thiết bị y tế loại B"),
                "name_translated": Text("Its name for the applicant.", "Device declaration"),
                "procedure_code": Text(
                    "National code of the procedure asked for; empty while it is not known.",
                    "1.003029",
                ),
            },
        ),
        "dossier": Section(
            "The dossier.",
            {
                "code": Text(
                    "National code; our reference before there is one.", "H26.16-261120-0001"
                ),
                "reference": Text("Our reference.", "HS-261120-7F3K"),
                "channel": Text("How it came.", "Trực tuyến"),
                "submitted": Text("When it was sent.", "08:00 ngày 20/11/2026"),
                "received": Text("When it was received.", "08:30 ngày 20/11/2026"),
                "due": Text("When the result is due.", "08:30 ngày 23/11/2026"),
                "finished": Text("When it was settled.", "16:00 ngày 20/11/2026"),
                "time_limit": Text("What the law gives.", "1 ngày làm việc"),
                "status": Text("Where it stands.", "Đang xử lý"),
                "track_url": Address(
                    "Where it is followed.", "https://example.gov.vn/dossiers/HS-1"
                ),
            },
        ),
        "owner": Section(
            "Whose dossier it is.",
            {
                "number": Text(
                    "Number of the organisation; a person's is masked as other personal answers are.",
                    "0100233488",
                ),
                "name": Text("Name.", "Công ty TNHH Sao Mai"),
                "address": Text("Address.", "Số 1 phố Huế, Hà Nội"),
            },
        ),
        "applicant": Section(
            "Who sent it.",
            {
                "name": Text("Name.", "Nguyễn Thị Mai"),
                "email": Text("E-mail.", "mai@example.vn"),
            },
        ),
        "documents": Rows(
            "Papers that the applicant gave.",
            Section(
                "A kind of paper.",
                {
                    "name": Text("What it is called.", "Giấy chứng nhận ISO 13485"),
                    "name_translated": Text("The same for the applicant.", "ISO 13485 certificate"),
                    "count": Whole("How many there are in all.", 1),
                    "originals": Whole("How many on paper, original.", 0),
                    "copies": Whole("How many on paper, copied.", 0),
                    "files": Whole("How many as files.", 1),
                },
            ),
        ),
        "answers": Rows(
            "What was sent, as an annex: `page` and `group` are headings, a `table` has columns and "
            "rows. Personal answers are masked: a letter is read by more people than they concern.",
            Section(
                "A part of the answers.",
                {
                    "kind": Choice("What it is.", ("answer", "table", "group", "page")),
                    "label": Text("Question or heading.", "Tên thiết bị"),
                    "label_translated": Text("The same for the applicant.", "Name of the device"),
                    "value": Text("Answer in words.", "Máy đo huyết áp"),
                    "value_translated": Text("The same for the applicant, if it differs.", ""),
                    "columns": Texts("Heads of a table.", ("Mã", "Tên")),
                    "rows": Grid("Rows of a table.", (("BP-1", "Máy đo"), ("BP-2", "Máy đo"))),
                },
            ),
        ),
        "facts": Rows(
            "What the public register shows of the result.",
            Section(
                "A fact.",
                {
                    "name": Text("What it is called.", "Tên thiết bị y tế"),
                    "name_translated": Text("The same for the applicant.", "Name of the device"),
                    "value": Text("The fact.", "Máy đo huyết áp bắp tay"),
                },
            ),
        ),
        "result": Section(
            "The result, once it has a number.",
            {
                "number": Text("Its number.", "000000123/PCBB-HN"),
                "issued_on": Text("Day of issue in words.", "ngày 22 tháng 11 năm 2026"),
                "valid_until": Text("Last day, if it ends.", "ngày 21 tháng 11 năm 2031"),
                "check_url": Address("Where it is checked.", "https://example.gov.vn/verify/aB3"),
            },
        ),
        "request": REQUEST,
        "table": Rows(
            "Rows that a process hands to a letter of its own: techniques granted, members of a team,"
            " findings.",
            TABLE_ROW,
        ),
        "fee": FEE,
        "handovers": Rows("The control sheet, oldest first (form 06).", HANDOVER),
        "register": Section(
            "The register of a period (form 07).",
            {
                "first": Text("First day.", "01/11/2026"),
                "last": Text("Last day.", "30/11/2026"),
                "rows": Rows("Its dossiers, in the order of reception.", REGISTER_ROW),
            },
        ),
        "photo": Choice("Whether there is a file `photo.jpg`.", ("no", "yes")),
    },
)
