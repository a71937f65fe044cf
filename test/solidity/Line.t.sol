// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Fen, least} from "../../contracts/types/Fen.sol";
import {LineArithmetic} from "../../contracts/types/Line.sol";
import {NaiveFund} from "./NaiveFund.sol";
import {OneLine} from "./OneLine.sol";

error NeverVisited(NaiveFund.Visit visit);

/// @dev A law that was never put to the test holds too easily.
function checkVisits(NaiveFund fund) view {
    for (uint256 i = 0; i <= uint256(type(NaiveFund.Visit).max); i++)
        require(fund.visits(NaiveFund.Visit(i)) > 0, NeverVisited(NaiveFund.Visit(i)));
}

/// @dev Random acts, each run from an empty line.
contract LineFuzzTest {
    uint256 private constant ACTS = 400;

    /// hardhat-config: fuzz.runs = 8
    function testFuzz_TheLineAgreesWithAListOfSingleFen(uint256 seed) external {
        NaiveFund fund = new NaiveFund();
        for (uint256 act = 1; act <= ACTS; act++) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 dice = seed % 20;
            if (dice < 5) fund.append(seed >> 16);
            else if (dice < 9) fund.pay(seed >> 16);
            else if (dice < 12) fund.cut(seed >> 16);
            else if (dice < 15) fund.cutAtCursor();
            else if (dice < 18) fund.bringBack(seed >> 16);
            else fund.skip(seed >> 16);
            if (act % 50 == 0) fund.check();
        }
        checkVisits(fund);
    }
}

/// @dev The same acts, chosen by the invariant runner, and the law after every single one.
contract LineInvariantTest {
    NaiveFund private _fund;

    function setUp() external {
        _fund = new NaiveFund();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_fund);
    }

    /// hardhat-config: invariant.runs = 4
    /// hardhat-config: invariant.depth = 500
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_TheLineTilesAndSumsAndTraces() external view {
        _fund.check();
    }

    function afterInvariant() external view {
        checkVisits(_fund);
    }
}

/// @dev One line and its refusals at the ends of the numbers.
contract LineEdgesTest {
    uint64 private constant END = 2 ** 63 - 1;

    OneLine private _line;

    function setUp() external {
        _line = new OneLine();
    }

    function testFuzz_TheLineGrowsToItsEndAndNoFurther(uint64 first, uint64 second) external {
        first = first % (END + 1);
        _line.append(first);

        if (second <= END - first) require(_line.append(second) == first, "appended elsewhere");
        else _refuses(abi.encodeCall(_line.append, (second)), LineArithmetic.LineFull.selector, first, second);
    }

    function testFuzz_NothingIsTakenThatIsNotThere(uint64 received, uint64 asked) external {
        received = received % (END + 1);
        _line.append(received);
        bytes memory act = abi.encodeCall(_line.takePiece, (asked));
        if (asked > received) return _refuses(act, LineArithmetic.LineTooShort.selector, received, asked);

        (uint64 start, uint64 end) = _line.takePiece(asked);
        require(start == 0 && end == asked, "another piece");
    }

    function testFuzz_NothingIsCutThatIsNotThere(uint64 received, uint64 asked) external {
        received = received % (END + 1);
        _line.append(received);
        bytes memory act = abi.encodeCall(_line.cut, (0, received, asked));
        if (asked > received) return _refuses(act, LineArithmetic.CutTooLong.selector, received, asked);

        (uint64 start, uint64 end) = _line.cut(0, received, asked);
        require(start == received - asked && end == received, "another cut");
    }

    function test_TheWholeLineCanBeTakenAndThenNothing() external {
        _line.append(END);
        _line.takePiece(END);

        (uint64 start, uint64 end) = _line.takePiece(0);
        require(start == END && end == END, "something was taken of nothing");
        require(_line.skip(1) == 0, "a cut where none is");
    }

    function test_TheWholeLineCanBeCutAndSkipped() external {
        _line.append(END);
        _line.cut(0, END, END);

        require(_line.unspent() == 0, "unspent");
        require(_line.skip(2) == 1 && _line.cursor() == END, "the cursor is not at the end");
    }

    function test_CutsSideBySideAreJumpedAtOnce() external {
        _cutSixtyInThree();

        (uint64 start, uint64 end) = _line.takePiece(40);
        require(start == 60 && end == 100, "another piece");
    }

    function test_SkippingStopsAtItsLimit() external {
        _cutSixtyInThree();

        require(_line.skip(2) == 2 && _line.cursor() == 40, "the cursor is elsewhere");
        require(_line.skip(0) == 0 && _line.cursor() == 40, "skipped nothing and moved");
    }

    function testFuzz_TheLeastIsTheLesser(uint64 a, uint64 b) external pure {
        require(Fen.unwrap(least(Fen.wrap(a), Fen.wrap(b))) == (a < b ? a : b), "not the lesser");
    }

    function _cutSixtyInThree() private {
        _line.append(100);
        _line.cut(0, 60, 20);
        _line.cut(0, 40, 20);
        _line.cut(0, 20, 20);
    }

    function _refuses(bytes memory act, bytes4 refusal, uint64 first, uint64 second) private {
        (bool done, bytes memory why) = address(_line).call(act);
        require(!done, "not refused");
        bytes memory expected = abi.encodeWithSelector(refusal, first, second);
        require(keccak256(why) == keccak256(expected), "refused with another reason");
    }
}
