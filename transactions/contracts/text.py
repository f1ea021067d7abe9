"""The annex that makes a licence text the contract of one order. Plain Python: frozen record in, words out."""

from collections.abc import Callable, Mapping

from exchange.common.canonical import digest_of

Labels = Callable[[str, str, str], str]  # code list, code, language -> label

ANNEX = {
    "vi": {
        "heading": "## Phụ lục 1. Đơn giao dịch {number}",
        "seller": "Bên bán: {party}",
        "buyer": "Bên mua: {party}",
        "party": "{name}{code}. Địa chỉ: {place}.{representative}",
        "tax_code": ", mã số thuế {value}",
        "agency_code": ", mã định danh cơ quan {value}",
        "person": ", số định danh cá nhân kết thúc bằng {value}",
        "representative": " Đại diện: {name}{title}.",
        "dataset": "Bộ dữ liệu: “{title}”, số {dataset}, giấy chứng nhận đăng ký {certificate}, phiên bản {revision}, "
        "niêm yết {listing}.",
        "owners": "Bên bán giao kết hợp đồng theo thỏa thuận với các chủ sở hữu dữ liệu: {names}.",
        "hashes": "Mã băm SHA-256 của tệp dữ liệu: {file}. Mã băm của niêm yết đã kiểm duyệt: {content}. "
        "Mã băm của đơn đã kiểm tra tính hợp pháp: {order}.",
        "use": "Mục đích sử dụng: {purpose}. Phạm vi lãnh thổ: {territory}. Nơi lưu trữ dữ liệu: {storage}.",
        "description": "Bên mua mô tả việc sử dụng: {text}",
        "free": "Quyền khai thác, sử dụng được cấp miễn phí; Bên mua không phải trả khoản tiền nào.",
        "price": "Giá: {price} đồng. Thuế giá trị gia tăng ({rate}): {vat} đồng. Bên mua trả: {total} đồng, "
        "vào tài khoản ký quỹ của Sàn tại ngân hàng, nội dung chuyển khoản {number}.",
        "rate": "{rate}%",
        "exempt": "không chịu thuế",
        "log": "Việc xác nhận hợp đồng, thanh toán, cấp quyền và mỗi lần tải dữ liệu được ghi vào nhật ký chỉ ghi thêm "
        "của Sàn; hai bên công nhận biên nhận nhật ký là chứng cứ điện tử.",
        "form": "Hai bên xác nhận hợp đồng bằng tài khoản của mình sau khi nhập lại mật khẩu. "
        "Việc xác nhận này không phải là chữ ký số.",
        "prevails": "Khi bản tiếng Việt và bản dịch khác nhau, bản tiếng Việt được áp dụng.",
    },
    "en": {
        "heading": "## Annex 1. Order {number}",
        "seller": "Seller: {party}",
        "buyer": "Buyer: {party}",
        "party": "{name}{code}. Address: {place}.{representative}",
        "tax_code": ", tax code {value}",
        "agency_code": ", agency code {value}",
        "person": ", personal number ending in {value}",
        "representative": " Represented by {name}{title}.",
        "dataset": "Dataset: “{title}”, number {dataset}, registration certificate {certificate}, version {revision}, "
        "listing {listing}.",
        "owners": "The seller concludes this contract by agreement with the owners of the data: {names}.",
        "hashes": "SHA-256 of the data file: {file}. Hash of the moderated listing: {content}. "
        "Hash of the order that passed the legality check: {order}.",
        "use": "Purpose of use: {purpose}. Territory: {territory}. Place of storage: {storage}.",
        "description": "The buyer describes the use: {text}",
        "free": "The right to exploit and use is granted free of charge; the buyer pays nothing.",
        "price": "Price: {price} dong. VAT ({rate}): {vat} dong. The buyer pays: {total} dong, "
        "into the exchange's escrow account at a bank, transfer text {number}.",
        "rate": "{rate} %",
        "exempt": "not subject to VAT",
        "log": "The confirmation of the contract, the payment, the grant of access and each download are written to "
        "the append-only log of the exchange; both parties recognise its receipts as electronic evidence.",
        "form": "The parties confirm the contract with their accounts after entering the password again. "
        "This confirmation is not a digital signature.",
        "prevails": "Where the Vietnamese text and its translation differ, the Vietnamese text applies.",
    },
}


def digest(text_vi: str, text_en: str, odrl: Mapping) -> str:
    """SHA-256 of the canonical JSON of all three faces of a contract (product rule 2.4)."""
    return digest_of({"text_vi": text_vi, "text_en": text_en, "odrl": odrl})


def one_line(value: object) -> str:
    """What people typed, on one line, never read as a heading."""
    return " ".join(str(value).split()).lstrip("#").strip()


def annex(frozen: Mapping, number: str, order_digest: str, figures: Mapping, *, language: str, label: Labels) -> str:
    """Parties, object, use, price and form of one order, line by line."""
    words, request, listing = ANNEX[language], frozen["request"], frozen["listing"]
    lines = [
        words["heading"].format(number=number),
        words["seller"].format(party=_party(frozen["parties"]["seller"], words, language)),
        words["buyer"].format(party=_party(frozen["parties"]["buyer"], words, language)),
        words["dataset"].format(
            title=one_line(listing[f"title_{language}"]),
            dataset=listing["dataset"],
            certificate=listing["certificate"],
            revision=listing["revision"],
            listing=listing["number"],
        ),
        *_owners(frozen, words, language),
        words["hashes"].format(file=frozen["file_sha256"], content=frozen["content_hash"], order=order_digest),
        words["use"].format(
            purpose=label("purpose", request["purpose"], language),
            territory=label("territory", request["territory"], language),
            storage=label("territory", request["storage_place"], language),
        ),
        words["description"].format(text=one_line(request["use_description"])),
        _price(figures, number, words, language),
        *(words[name] for name in ("log", "form", "prevails")),
    ]
    return "\n\n".join(lines)


def _party(party: Mapping, words: Mapping[str, str], language: str) -> str:
    known = (("tax_code", "tax_code"), ("agency_code", "agency_code"), ("person", "personal_id_tail"))
    code = next((words[word].format(value=one_line(party[key])) for word, key in known if party[key]), "")
    place = ", ".join(filter(None, (one_line(party["address"]), party[f"province_{language}"])))
    title = one_line(party["representative_title"])
    name = one_line(party["representative"])
    represented = words["representative"].format(name=name, title=f", {title}" if title else "") if name else ""
    return words["party"].format(
        name=one_line(party[f"name_{language}"]), code=code, place=place, representative=represented
    )


def _owners(frozen: Mapping, words: Mapping[str, str], language: str) -> list[str]:
    """Who shares in the revenue, where it is shared; never how much (R59)."""
    offers = frozen.get("offers") or [{}]
    owners = frozen["parties"].get("owners") or offers[0].get("owners", [])
    names = [one_line(owner[f"name_{language}"] or owner["name_vi"]) for owner in owners]
    return [words["owners"].format(names="; ".join(names))] if names else []


def _price(figures: Mapping, number: str, words: Mapping[str, str], language: str) -> str:
    if not figures["total"]:
        return words["free"]
    rate = figures["vat_bp"]
    shown = words["exempt"] if rate is None else words["rate"].format(rate=_percent(rate, language))
    amounts = {name: _dong(figures[name], language) for name in ("price", "vat", "total")}
    return words["price"].format(rate=shown, number=number, **amounts)


def _dong(amount: int, language: str) -> str:
    text = f"{amount:,}"
    return text.replace(",", ".") if language == "vi" else text


def _percent(basis_points: int, language: str) -> str:
    whole, part = divmod(basis_points, 100)
    mark = "," if language == "vi" else "."
    return f"{whole}{mark}{part:02d}".rstrip("0") if part else str(whole)
