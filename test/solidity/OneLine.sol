// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Fen} from "../../contracts/types/Fen.sol";
import {Interval, Line} from "../../contracts/types/Line.sol";

/// @dev A line in a contract of its own, so that its refusals can be read. Amounts are plain numbers of fen.
contract OneLine {
    Line private _line;

    function append(uint64 amount) external returns (uint64) {
        return Fen.unwrap(_line.append(Fen.wrap(amount)));
    }

    function takePiece(uint64 amount) external returns (uint64 start, uint64 end) {
        Interval memory piece = _line.takePiece(Fen.wrap(amount));
        return (Fen.unwrap(piece.start), Fen.unwrap(piece.end));
    }

    function cut(uint64 liveStart, uint64 liveEnd, uint64 amount) external returns (uint64 start, uint64 end) {
        Interval memory gone = _line.cut(Interval(Fen.wrap(liveStart), Fen.wrap(liveEnd)), Fen.wrap(amount));
        return (Fen.unwrap(gone.start), Fen.unwrap(gone.end));
    }

    function skip(uint256 limit) external returns (uint256) {
        return _line.skip(limit);
    }

    function received() external view returns (uint64) {
        return Fen.unwrap(_line.received);
    }

    function cursor() external view returns (uint64) {
        return Fen.unwrap(_line.cursor);
    }

    function uncrossed() external view returns (uint64) {
        return Fen.unwrap(_line.uncrossed);
    }

    function held() external view returns (uint64) {
        return Fen.unwrap(_line.held);
    }

    function unspent() external view returns (uint64) {
        return Fen.unwrap(_line.unspent());
    }
}
