// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {LineArithmetic} from "../../contracts/types/Line.sol";
import {OneLine} from "./OneLine.sol";

/// @title One fund kept twice: by Line, and as a naive list with one entry for every single fen.
/// @dev Each act is done in both and compared. What must never be stands in `check`. A test without visits to the
/// interesting places holds too easily, so every act counts what it met.
contract NaiveFund {
    enum Visit {
        Append,
        Payment,
        PaymentInPieces,
        PaymentOverCutsSideBySide,
        PaymentRefused,
        Cut,
        CutOnCut,
        CutOfHalfSpent,
        CutRefused,
        Return,
        ReturnOfReturn,
        CutUndone,
        Skip,
        SkipLimited
    }

    /// @dev What became of one fen. Outflow 0 is none. `root` is the fen from outside that it once was.
    struct Fate {
        uint256 inflow;
        uint256 outflow;
        bool cut;
        uint256 root;
    }

    struct Inflow {
        uint256 start;
        uint256 end;
        uint256 cut;
        uint256 origin;
        uint256 offset;
    }

    struct Piece {
        uint256 start;
        uint256 end;
        uint256 offset;
        uint256 outflow;
    }

    uint256 private constant MOST_FEN = 12;

    OneLine private immutable _line = new OneLine();
    Fate[] private _fates;
    Inflow[] private _inflows;
    Piece[] private _pieces;
    uint256[][] private _outflows; // the fen of each outflow, by offset; number 1 is at 0
    uint256[] private _returned;
    bool[] private _isCut;
    uint256[14] private _visits;
    uint256 private _acts;

    function visits(Visit visit) external view returns (uint256) {
        return _visits[uint256(visit)];
    }

    // ---------------------------------------------------------------- ACTS

    function append(uint256 seed) external {
        seed = _mixed(seed);
        _append(1 + (seed % (2 * MOST_FEN)), 0, 0);
        _visits[uint256(Visit.Append)]++;
    }

    function pay(uint256 seed) external {
        seed = _mixed(seed);
        uint64 amount = uint64(1 + (seed % MOST_FEN));
        if ((seed >> 32) % 8 == 0) amount = uint64(_unspent() + 1);
        if (_unspent() < amount) return _payTooMuch(amount);

        uint256 outflow = _newOutflow(false);
        uint256 piecesBefore = _pieces.length;
        for (uint64 left = amount; left > 0; ) {
            uint256 cursor = _line.cursor();
            uint256 expected = _firstUnspent();
            (uint64 start, uint64 end) = _line.takePiece(left);
            if (_cutsSideBySide(cursor, start)) _visits[uint256(Visit.PaymentOverCutsSideBySide)]++;
            _take(outflow, start, end, expected);
            left -= end - start;
        }
        _visits[uint256(Visit.Payment)]++;
        if (_pieces.length > piecesBefore + 1) _visits[uint256(Visit.PaymentInPieces)]++;
    }

    function cut(uint256 seed) external {
        seed = _mixed(seed);
        if (_inflows.length == 0) return;
        uint256 inflow = (seed >> 8) % _inflows.length;
        // Three of four where the next payments will be, so that payments fall into pieces.
        if (_line.cursor() < _fates.length && (seed >> 32) % 4 != 0) {
            uint256 near = _fates[_line.cursor()].inflow + ((seed >> 40) % 3);
            if (near < _inflows.length) inflow = near;
        }
        _cut(_inflows[inflow], uint64(1 + (seed % MOST_FEN)));
    }

    /// @dev Cuts all that is left of the inflow at the cursor, in two cuts if there are fen enough, so that skipping
    /// has work.
    function cutAtCursor() external {
        if (_line.cursor() >= _fates.length) return;
        Inflow storage inflow = _inflows[_fates[_line.cursor()].inflow];
        (, uint256 free) = _unspentTail(inflow);
        if (free > 1) _cut(inflow, uint64(free / 2));
        if (free > 0) _cut(inflow, uint64(free - free / 2));
    }

    function bringBack(uint256 seed) external {
        seed = _mixed(seed);
        if (_outflows.length == 0) return;
        uint256 outflow = 1 + ((seed >> 8) % _outflows.length);
        uint256 left = _outflows[outflow - 1].length - _returned[outflow - 1];
        if (left == 0) return;
        uint256 amount = 1 + (seed % left);
        _returned[outflow - 1] += amount;
        _append(amount, outflow, left - amount);

        uint256 last = _outflows[outflow - 1][left - 1];
        _visits[uint256(Visit.Return)]++;
        if (_inflows[_fates[last].inflow].origin != 0) _visits[uint256(Visit.ReturnOfReturn)]++;
        if (_isCut[outflow - 1]) _visits[uint256(Visit.CutUndone)]++;
    }

    function skip(uint256 seed) external {
        seed = _mixed(seed);
        uint256 limit = [uint256(1), 1, 1, 2, 0][(seed >> 8) % 5];
        uint256 before = _line.cursor();
        uint256 crossed = _line.skip(limit);
        require(crossed <= limit, "crossed more than asked");
        for (uint256 place = before; place < _line.cursor(); place++)
            require(_fates[place].cut, "skipped a fen of value");
        uint256 cursor = _line.cursor();
        bool atCut = cursor < _fates.length && _fates[cursor].cut;
        require(crossed == limit || !atCut, "stopped before a cut");
        if (crossed > 0) _visits[uint256(Visit.Skip)]++;
        if (crossed > 0 && atCut) _visits[uint256(Visit.SkipLimited)]++;
    }

    // ---------------------------------------------------------------- WHAT MUST ALWAYS BE

    /// @dev The tiling law, the sums, and the trace of every fen to the fen from outside that it once was.
    function check() external view {
        uint256 cursor = _line.cursor();
        uint256 cutsAbove = 0;
        for (uint256 place = 0; place < _fates.length; place++) {
            Fate memory fate = _fates[place];
            if (place < cursor) require(fate.outflow != 0, "a hole below the cursor");
            if (place >= cursor) require(fate.outflow == 0 || fate.cut, "spent above the cursor");
            if (place >= cursor && fate.cut) cutsAbove++;
            require(_rootOf(place) == fate.root, "a fen is traced to another's");
        }
        require(_line.received() == _fates.length, "received");
        require(_line.uncrossed() == cutsAbove, "uncrossed");
        require(_line.unspent() == _unspent(), "unspent");
        require(_line.held() == 0, "held is not the line's business");
    }

    // ---------------------------------------------------------------- THE LIST

    function _payTooMuch(uint64 amount) private {
        try _line.takePiece(amount) {
            revert("took more than there is");
        } catch (bytes memory why) {
            _same(why, abi.encodeWithSelector(LineArithmetic.LineTooShort.selector, _unspent(), amount));
        }
        _visits[uint256(Visit.PaymentRefused)]++;
    }

    function _cut(Inflow storage inflow, uint64 amount) private {
        (uint256 first, uint256 free) = _unspentTail(inflow);
        if (free < amount) return _cutTooMuch(inflow, free, amount);

        if (inflow.cut > 0) _visits[uint256(Visit.CutOnCut)]++;
        if (first > inflow.start) _visits[uint256(Visit.CutOfHalfSpent)]++;
        uint256 live = inflow.end - inflow.cut;
        (uint64 start, uint64 end) = _line.cut(uint64(inflow.start), uint64(live), amount);
        _take(_newOutflow(true), start, end, live - amount);
        inflow.cut += amount;
        _visits[uint256(Visit.Cut)]++;
    }

    function _cutTooMuch(Inflow memory inflow, uint256 free, uint64 amount) private {
        try _line.cut(uint64(inflow.start), uint64(inflow.end - inflow.cut), amount) {
            revert("cut more than there is");
        } catch (bytes memory why) {
            _same(why, abi.encodeWithSelector(LineArithmetic.CutTooLong.selector, free, amount));
        }
        _visits[uint256(Visit.CutRefused)]++;
    }

    function _append(uint256 amount, uint256 origin, uint256 offset) private {
        uint256 start = _line.append(uint64(amount));
        require(start == _fates.length, "appended elsewhere");
        for (uint256 i = 0; i < amount; i++) {
            uint256 root = origin == 0 ? start + i : _fates[_outflows[origin - 1][offset + i]].root;
            _fates.push(Fate(_inflows.length, 0, false, root));
        }
        _inflows.push(Inflow(start, start + amount, 0, origin, offset));
    }

    function _newOutflow(bool isCut) private returns (uint256) {
        _outflows.push();
        _returned.push(0);
        _isCut.push(isCut);
        return _outflows.length;
    }

    /// @dev Files a piece, which must begin at `expected` and take only fen that nobody took.
    function _take(uint256 outflow, uint256 start, uint256 end, uint256 expected) private {
        require(start == expected && start < end, "another piece than the naive one");
        _pieces.push(Piece(start, end, _outflows[outflow - 1].length, outflow));
        for (uint256 place = start; place < end; place++) {
            require(_fates[place].outflow == 0, "a fen was taken twice");
            _fates[place].outflow = outflow;
            _fates[place].cut = _isCut[outflow - 1];
            _outflows[outflow - 1].push(place);
        }
    }

    function _unspent() private view returns (uint256 count) {
        for (uint256 place = 0; place < _fates.length; place++) if (_fates[place].outflow == 0) count++;
    }

    function _firstUnspent() private view returns (uint256 place) {
        while (_fates[place].outflow != 0) place++;
    }

    /// @dev Where the unspent fen at the end of an inflow begin, what was cut aside, and how many they are.
    function _unspentTail(Inflow memory inflow) private view returns (uint256 first, uint256 count) {
        first = inflow.end - inflow.cut;
        while (first > inflow.start && _fates[first - 1].outflow == 0) {
            first--;
            count++;
        }
    }

    function _cutsSideBySide(uint256 from, uint256 to) private view returns (bool) {
        for (uint256 place = from + 1; place < to; place++)
            if (_fates[place].outflow != _fates[place - 1].outflow) return true;
        return false;
    }

    /// @dev Traces by intervals, as a proof does: inflow, origin, the piece at its offset, and on.
    function _rootOf(uint256 place) private view returns (uint256) {
        Inflow memory inflow = _inflows[_fates[place].inflow];
        while (inflow.origin != 0) {
            place = _fenAt(inflow.origin, inflow.offset + (place - inflow.start));
            inflow = _inflows[_fates[place].inflow];
        }
        return place;
    }

    function _fenAt(uint256 outflow, uint256 offset) private view returns (uint256) {
        for (uint256 i = 0; i < _pieces.length; i++) {
            Piece memory piece = _pieces[i];
            bool inside = piece.offset <= offset && offset - piece.offset < piece.end - piece.start;
            if (piece.outflow == outflow && inside) return piece.start + (offset - piece.offset);
        }
        revert("an offset without a piece");
    }

    /// @dev Runners like small numbers; the acts like all of them.
    function _mixed(uint256 seed) private returns (uint256) {
        return uint256(keccak256(abi.encode(seed, ++_acts)));
    }

    function _same(bytes memory said, bytes memory expected) private pure {
        require(keccak256(said) == keccak256(expected), "refused with another reason");
    }
}
