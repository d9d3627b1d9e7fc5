"""Read a type: number, list<string>, context<a: date>, range<number>, function<number> -> string."""

from core.errors import N_
from feel.token_reader import TokenReader
from feel.tokens import Kind, tokenize
from feel.types import ANY, BUILTIN_TYPES, ContextType, FunctionType, ListType, RangeType, Type
from feel.vocabulary import PLAIN, KnownNames, Vocabulary

_NAMES = KnownNames.of(BUILTIN_TYPES)


def parse_type(text: str, vocabulary: Vocabulary = PLAIN) -> Type:
    """The type that a text names. Raises FeelSyntaxError."""
    reader = TokenReader(tokenize(text), vocabulary)
    found = read_type(reader)
    if reader.token.kind is not Kind.END:
        raise reader.unexpected(N_("the end of the type"))
    return found


def read_type(reader: TokenReader) -> Type:
    """The type at hand. Raises FeelSyntaxError when there is none of this name."""
    with reader.nested():
        name = _name(reader)
        if reader.token.text == "<" and name in ("list", "range", "context", "function"):
            reader.advance()
            return _parametrised(reader, name)
    found = reader.vocabulary.type_named(name)
    if found is None:
        reader.index -= 1
        raise reader.unexpected(N_("the name of a known type"))
    return found


def _parametrised(reader: TokenReader, name: str) -> Type:
    if name == "function":
        return _function(reader)
    if name == "context":
        return _context(reader)
    item = read_type(reader)
    reader.expect(">")
    return ListType(item) if name == "list" else RangeType(item)


def _context(reader: TokenReader) -> Type:
    entries: dict[str, Type] = {}
    while not reader.take(">"):
        key = reader.name_before(":")
        reader.expect(":")
        entries[key] = read_type(reader)
        if not reader.take(","):
            reader.expect(">")
            break
    return ContextType(entries)


def _function(reader: TokenReader) -> Type:
    parameters: list[Type] = []
    while not reader.take(">"):
        parameters.append(read_type(reader))
        if not reader.take(","):
            reader.expect(">")
            break
    result = read_type(reader) if reader.take("->") else ANY
    return FunctionType(tuple(parameters), result)


def _name(reader: TokenReader) -> str:
    if reader.token.kind is not Kind.WORD:
        raise reader.unexpected(N_("a type"))
    known = _longest(reader)
    if known is not None:
        name, length = known
        reader.index += length
    else:
        name = reader.advance().text
    while reader.token.text == "." and reader.peek().kind is Kind.WORD:
        reader.advance()
        name += "." + reader.advance().text
    return name


def _longest(reader: TokenReader) -> tuple[str, int] | None:
    own = KnownNames.of(reader.vocabulary.types)
    return own.longest_at(reader.tokens, reader.index) or _NAMES.longest_at(
        reader.tokens, reader.index
    )
