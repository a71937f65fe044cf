// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Heap} from "@openzeppelin/contracts/utils/structs/Heap.sol";
import {Fen, ZERO, LINE_END, least} from "./Fen.sol";

/// @dev A hole-free interval of a line: the fen from `start` up to, not including, `end`.
struct Interval {
    Fen start;
    Fen end;
}

/// @dev One fund's line. The first four fields share one storage slot: it is what a donor's proof reads.
/// @param received The line's length.
/// @param cursor How far the line is spent or crossed.
/// @param uncrossed Sum of the cuts above the cursor.
/// @param held What approved payments have claimed. A sum: it owns no particular fen.
/// @param cuts The cuts above the cursor, least first, each packed as start << 64 | end.
struct Line {
    Fen received;
    Fen cursor;
    Fen uncrossed;
    Fen held;
    Heap.Uint256Heap cuts;
}

using LineArithmetic for Line global;

/// @title The arithmetic of the line of fen.
/// @dev Knows intervals and sums only; who may move money, and why, is FundLedger's business. Its promises:
/// - what `append` gives out tiles [0, received);
/// - what `takePiece` gives out and the cuts that it crosses tile [0, cursor);
/// - above the cursor lie only cuts, none overlapping another.
library LineArithmetic {
    using Heap for Heap.Uint256Heap;

    /// @dev Beyond every line, so that no cursor ever stands where no cut begins.
    Fen private constant NO_CUT = Fen.wrap(type(uint64).max);

    /// @notice The line would grow beyond 2**63 - 1 fen.
    error LineFull(Fen received, Fen amount);
    /// @notice More was asked of the line than is unspent on it.
    error LineTooShort(Fen unspent, Fen requested);
    /// @notice More was to be cut than is unspent of the interval.
    error CutTooLong(Fen unspent, Fen requested);

    /// @dev Lengthens the line by `amount` and returns where the new fen begin.
    function append(Line storage line, Fen amount) internal returns (Fen start) {
        start = line.received;
        require(amount <= LINE_END - start, LineFull(start, amount));

        line.received = start + amount;
    }

    /// @dev Takes the next piece: as much of `amount` as lies before the next cut, first in, first out. Cuts at the
    /// cursor are crossed first. A caller takes pieces until it has what it came for, and never asks for more than is
    /// unspent.
    function takePiece(Line storage line, Fen amount) internal returns (Interval memory piece) {
        require(amount <= line.unspent(), LineTooShort(line.unspent(), amount));

        while (line.nextCut() == line.cursor) line.cursor = _cross(line);
        piece = Interval(line.cursor, least(line.cursor + amount, line.nextCut()));
        line.cursor = piece.end;
    }

    /// @dev Cuts the last `amount` fen of `live`, which must be an interval of this line with no cut in it.
    function cut(Line storage line, Interval memory live, Fen amount) internal returns (Interval memory gone) {
        Fen unspentHere = line.unspentOf(live);
        require(amount <= unspentHere, CutTooLong(unspentHere, amount));

        gone = Interval(live.end - amount, live.end);
        line.uncrossed = line.uncrossed + amount;
        line.cuts.insert((uint256(Fen.unwrap(gone.start)) << 64) | Fen.unwrap(gone.end));
    }

    /// @dev Moves the cursor over up to `limit` cuts that begin at it, and says how many it crossed.
    function skip(Line storage line, uint256 limit) internal returns (uint256 crossed) {
        while (crossed < limit && line.nextCut() == line.cursor) {
            line.cursor = _cross(line);
            ++crossed;
        }
    }

    /// @dev What is neither spent nor cut.
    function unspent(Line storage line) internal view returns (Fen) {
        return line.received - line.cursor - line.uncrossed;
    }

    /// @dev What is unspent of an interval with no cut in it.
    function unspentOf(Line storage line, Interval memory live) internal view returns (Fen) {
        if (live.end <= line.cursor) return ZERO;
        return line.cursor <= live.start ? live.end - live.start : live.end - line.cursor;
    }

    /// @dev Where the next cut above the cursor begins; beyond every line where there is none.
    function nextCut(Line storage line) internal view returns (Fen) {
        return line.cuts.length() == 0 ? NO_CUT : Fen.wrap(uint64(line.cuts.peek() >> 64));
    }

    /// @dev Removes the least cut and returns its end.
    function _cross(Line storage line) private returns (Fen end) {
        uint256 packed = line.cuts.pop();
        end = Fen.wrap(uint64(packed));
        line.uncrossed = line.uncrossed - (end - Fen.wrap(uint64(packed >> 64)));
    }
}
