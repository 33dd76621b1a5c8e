"""The grammar, in lark's notation. Rule numbers are those of the EBNF in the specification of 1.2.

Where the specification reads a keyword and its parenthesis as one (`is(`), so do the terminals that
need it to stay LALR(1): `unique` may be followed by a parenthesis that is not its own. Line ends
count: they end a column's definition, as a comment does. Blank lines and comments may stand between
any two lines, where the reference implementation takes them only after columns.
"""

from typing import Final

GRAMMAR: Final = r"""
start: _NL* VERSION (_NL _line)*

_line: directive* | column
column: name ":" rule* column_directive*

// [6] - [13]
directive: "@" FLAG                      -> flag
         | "@" "separator" (TAB | CHAR)  -> separator
         | "@" "totalColumns" NATURAL    -> total_columns

// [23] - [27]
column_directive: "@" COLUMN_FLAG

// [20], [21]
name: IDENT | STRING

// [28] - [31]: `and` and `or` bind alike, the first to everything after it
?rule: primary
     | primary ((AND | OR) primary)+     -> combined

?primary: (("$" name) "/")? _single      -> single
        | "(" rules ")"                  -> parentheses
        | "if" "(" rule "," rules ("," rules)? ")"            -> if_rule
        | "switch" "(" case ("," case)* ("," rules)? ")"      -> switch_rule
case: "(" rule "," rules ")"
rules: rule+

_single: match_rule | any_rule | regex_rule | range_rule | length_rule | plain_rule | unique_rule | unique_of
       | temporal_rule | temporal_range | file_exists | checksum | file_count | integrity_check

match_rule: MATCH "(" _provider ")"
any_rule: "any" "(" _provider ("," _provider)* ")"
regex_rule: REGEX
range_rule: "range" "(" (NUMBER | ANY) "," (NUMBER | ANY) ")"
length_rule: "length" "(" (NATURAL | ANY) ("," (NATURAL | ANY))? ")"
plain_rule: PLAIN
unique_rule: UNIQUE
unique_of: UNIQUE_OF "$" name ("," "$" name)* ")"
temporal_rule: TEMPORAL
temporal_range: TEMPORAL_RANGE MOMENT "," MOMENT ")"

// The rules that read files
file_exists: FILE_EXISTS | FILE_EXISTS_OF _provider ")"
checksum: "checksum" "(" _file "," text ")"
file_count: "fileCount" "(" _file ")"
integrity_check: "integrityCheck" "(" _provider ("," _provider)* ")"
_file: "file" "(" _provider ("," _provider)? ")"

_provider: text | reference | concat | no_ext | uri_decode
text: STRING
reference: "$" name
concat: "concat" "(" _provider ("," _provider)* ")"
no_ext: NO_EXT "(" _provider ")"
uri_decode: "uriDecode" "(" _provider ("," _provider)? ")"

VERSION: /version[ \t]+[0-9.]+/
FLAG: /(quoted|permitEmpty|noHeader|ignoreColumnNameCase)\b/
COLUMN_FLAG: /(optional|matchIsFalse|ignoreCase|warningDirective|warning)\b/
TAB.2: "TAB" | "'\\t'"
CHAR: /'[^\r\n\f']'/
AND: "and"
OR: "or"
ANY: "*"

MATCH.2: /(isNot|is|not|in|starts|ends)(?=[ \t]*\()/
REGEX.2: /regex[ \t]*\([ \t]*"[^\r\n]*?"[ \t]*\)/
PLAIN: /(empty|notEmpty|uri|uuid4|positiveInteger|upperCase|lowerCase|partUkDate|identical)(?![A-Za-z0-9])/
UNIQUE: "unique"
UNIQUE_OF.2: /unique[ \t]*\((?=[ \t]*\$[ \t]*(?:"[^"]*"|[A-Za-z0-9\-_.]+)[ \t]*[,)])/
TEMPORAL: /(xDateTimeTz|xDateTime|xDate|xTime|ukDate)(?![A-Za-z0-9])/
TEMPORAL_RANGE.2: /(xDateTimeTz|xDateTime|xDate|xTime|ukDate)[ \t]*\((?=[ \t]*-?[0-9])/
FILE_EXISTS: "fileExists"
FILE_EXISTS_OF.2: /fileExists[ \t]*\((?=[ \t]*("|concat|no[eE]xt|uriDecode|\$[ \t]*(?:"[^"]*"|[A-Za-z0-9\-_.]+)[ \t]*\)))/
NO_EXT: /no[eE]xt/

MOMENT: /-?[0-9][0-9T:.Z+\/\-]*/
NUMBER: /-?[0-9]+(\.[0-9]+)?/
NATURAL: /[0-9]+/
STRING: /"[^"]*"/
IDENT: /[A-Za-z0-9\-_.]+/

_NL: /\r?\n|\/\/[^\n]*|\/\*[\s\S]*?\*\//
%ignore /[ \t]+/
"""

WORDS: Final = {
    "VERSION": '"version 1.2"',
    "IDENT": "a column's name",
    "STRING": "a string in quotation marks",
    "_NL": "the end of the line",
    "$END": "the end of the schema",
    "NUMBER": "a number",
    "NATURAL": "a whole number",
    "MOMENT": "a date or time",
    "CHAR": "a character in apostrophes",
    "TAB": "TAB",
    "FLAG": "a directive",
    "COLUMN_FLAG": "a column directive",
    "ANY": '"*"',
    "LPAR": '"("',
    "RPAR": '")"',
    "COMMA": '","',
    "COLON": '":"',
    "SLASH": '"/"',
    "AT": '"@"',
    "DOLLAR": '"$"',
    "AND": '"and"',
    "OR": '"or"',
}
"""Names of terminals in messages. Others begin rules or strings."""

RULE_BEGINS: Final = frozenset({"MATCH", "REGEX", "PLAIN", "UNIQUE", "TEMPORAL"})
"""Terminals that are expected wherever a rule is."""
