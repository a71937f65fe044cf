// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @dev An amount of money in fen (1 yuan = 100 fen), or a place on a fund's line. A plain uint64 never stands for
/// money in this code.
type Fen is uint64;

using {add as +, sub as -, equal as ==, lessThan as <, atMost as <=} for Fen global;

Fen constant ZERO = Fen.wrap(0);

/// @dev 10 billion yuan. One entry above it is a typing mistake, and 40 bits hold it.
Fen constant MAX_ENTRY = Fen.wrap(1_000_000_000_000);

/// @dev The end of every line: below 2**63, so that any sum fits a signed 64-bit integer of a database.
Fen constant LINE_END = Fen.wrap(2 ** 63 - 1);

function add(Fen a, Fen b) pure returns (Fen) {
    return Fen.wrap(Fen.unwrap(a) + Fen.unwrap(b));
}

function sub(Fen a, Fen b) pure returns (Fen) {
    return Fen.wrap(Fen.unwrap(a) - Fen.unwrap(b));
}

function equal(Fen a, Fen b) pure returns (bool) {
    return Fen.unwrap(a) == Fen.unwrap(b);
}

function lessThan(Fen a, Fen b) pure returns (bool) {
    return Fen.unwrap(a) < Fen.unwrap(b);
}

function atMost(Fen a, Fen b) pure returns (bool) {
    return Fen.unwrap(a) <= Fen.unwrap(b);
}

function least(Fen a, Fen b) pure returns (Fen) {
    return a < b ? a : b;
}
