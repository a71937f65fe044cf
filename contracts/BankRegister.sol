// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {Direct} from "./Direct.sol";
import {IBankRegister} from "./interfaces/IBankRegister.sol";
import {IFundLedger} from "./interfaces/IFundLedger.sol";
import {IPeople} from "./interfaces/IPeople.sol";
import {Fen, ZERO, MAX_ENTRY} from "./types/Fen.sol";

/// @title The register of bank accounts. Its manual is {IBankRegister}.
contract BankRegister is IBankRegister, Direct {
    using BitMaps for BitMaps.BitMap;
    using TransientSlot for *;

    // ---------------------------------------------------------------- STORAGE

    uint256 private constant MAX_BATCH = 500;

    IPeople private immutable _people;
    IFundLedger private immutable _ledger;

    uint32 private _accountCount;
    mapping(uint32 account => Account) private _accounts;
    /// @dev Who made match 1, 2, 3 …: eight persons share a slot.
    mapping(uint32 account => uint32[]) private _matchers;
    mapping(uint32 account => BitMaps.BitMap) private _undone;

    // ---------------------------------------------------------------- CONSTRUCTOR

    constructor(address charter, IPeople people, IFundLedger ledger) AccessManaged(charter) {
        _people = people;
        _ledger = ledger;
    }

    // ---------------------------------------------------------------- WRITING

    /// @inheritdoc IBankRegister
    function openAccount(
        uint32 community,
        int64 opening,
        uint32 openedOn,
        bytes32 paper
    ) external restricted returns (uint32 number) {
        uint32 by = _caller();
        require(community != 0, CommunityMissing());
        _checkDate(openedOn);
        require(paper != 0, PaperMissing());

        number = ++_accountCount;
        Account storage account = _accounts[number];
        account.community = community;
        account.through = openedOn;
        account.balance = opening;

        emit AccountOpened(number, community, opening, openedOn, paper, by);
    }

    /// @inheritdoc IBankRegister
    function recordLines(
        uint32 accountNumber,
        uint32 firstLine,
        uint32 through,
        int64 opening,
        int64 closing,
        BankLine[] calldata lines,
        bytes32 paper
    ) external restricted {
        uint32 by = _caller();
        Account storage account = _knownAccount(accountNumber);
        uint32 next = account.lines + 1;
        require(firstLine == next, LinesMoved(accountNumber, firstLine, next));
        require(opening == account.balance, OpeningDiffers(accountNumber, opening, account.balance));
        require(through >= account.through, StatementTooEarly(accountNumber, through, account.through));
        _checkDate(through);
        require(lines.length <= MAX_BATCH, BatchSizeOutOfRange(lines.length));
        require(paper != 0, PaperMissing());

        int256 sum = opening;
        uint32 earliest = account.through;
        for (uint256 i = 0; i < lines.length; ++i) {
            BankLine calldata line = lines[i];
            _checkLine(i, line);
            require(line.day >= earliest, LineTooEarly(i, line.day, earliest));
            require(line.day <= through, LineTooLate(i, line.day, through));
            earliest = line.day;
            sum += line.amount;
        }
        require(sum == closing, ClosingDiffers(accountNumber, sum, closing));
        account.balance = closing;
        account.through = through;
        account.lines += uint32(lines.length);
        uint32 statement = ++account.statements;

        emit LinesRecorded(accountNumber, statement, firstLine, through, opening, closing, paper, by, lines);
    }

    /// @inheritdoc IBankRegister
    function matchLines(uint32 accountNumber, Match[] calldata matches, bytes32 paper) external restricted {
        uint32 by = _caller();
        Account storage account = _knownAccount(accountNumber);
        require(matches.length != 0 && matches.length <= MAX_BATCH, BatchSizeOutOfRange(matches.length));
        require(paper != 0, PaperMissing());

        IFundLedger.Standing memory fund;
        uint32 asked = 0;
        for (uint256 i = 0; i < matches.length; ++i) {
            Match calldata made = matches[i];
            _checkLineNumber(accountNumber, made.line);
            require(ZERO < made.amount && made.amount <= MAX_ENTRY, MatchAmountOutOfRange(i, made.amount));
            // Neighbours are mostly of one fund. One that was never opened is refused by the ledger itself.
            if (made.fund != asked) fund = _ledger.standingOf(made.fund);
            asked = made.fund;
            bool known = made.number != 0 && made.number <= (made.outflow ? fund.outflows : fund.inflows);
            require(known, EntryUnknown(made.fund, made.outflow, made.number));
            _matchers[accountNumber].push(by);
        }
        uint32 first = account.matches + 1;
        account.matches += uint32(matches.length);

        emit LinesMatched(accountNumber, first, paper, by, matches);
    }

    /// @inheritdoc IBankRegister
    function unmatch(
        uint32 accountNumber,
        uint32 number,
        IFundLedger.Reason reason,
        bytes32 paper
    ) external restricted {
        uint32 by = _caller();
        (uint32 matcher, bool undone) = matchOf(accountNumber, number);
        require(by != matcher, MatcherCannotUndo(accountNumber, number, by));
        require(!undone, MatchIsUndone(accountNumber, number));
        require(reason != IFundLedger.Reason.None, ReasonMissing());
        require(paper != 0, PaperMissing());

        _undone[accountNumber].set(number);

        emit MatchUndone(accountNumber, number, reason, paper, by);
    }

    /// @inheritdoc IBankRegister
    function explainLine(uint32 accountNumber, uint32 line, Unexplained why, bytes32 paper) external restricted {
        uint32 by = _caller();
        _knownAccount(accountNumber);
        _checkLineNumber(accountNumber, line);
        require(why != Unexplained.None, ReasonMissing());
        require(paper != 0, PaperMissing());

        emit LineExplained(accountNumber, line, why, paper, by);
    }

    // ---------------------------------------------------------------- READING

    /// @inheritdoc IBankRegister
    function accountCount() external view returns (uint32) {
        return _accountCount;
    }

    /// @inheritdoc IBankRegister
    function accountOf(uint32 number) external view returns (Account memory) {
        return _knownAccount(number);
    }

    /// @inheritdoc IBankRegister
    function matchOf(uint32 accountNumber, uint32 number) public view returns (uint32 by, bool undone) {
        Account storage account = _knownAccount(accountNumber);
        require(number != 0 && number <= account.matches, MatchUnknown(accountNumber, number));
        return (_matchers[accountNumber][number - 1], _undone[accountNumber].get(number));
    }

    // ---------------------------------------------------------------- INTERNAL

    /// @dev The person who calls. A retired key has none, whatever roles it still has in the Charter.
    function _caller() private view returns (uint32 person) {
        person = _people.personOf(msg.sender);
        require(person != 0, KeyUnknown(msg.sender));
    }

    function _knownAccount(uint32 number) private view returns (Account storage account) {
        require(number != 0 && number <= _accountCount, AccountUnknown(number));
        return _accounts[number];
    }

    function _checkDate(uint32 day) private view {
        uint32 today = uint32((block.timestamp + 8 hours) / 1 days);
        require(day <= today, DateInFuture(day, today));
    }

    function _checkLine(uint256 index, BankLine calldata line) private {
        int64 limit = int64(Fen.unwrap(MAX_ENTRY));
        bool inside = line.amount != 0 && line.amount >= -limit && line.amount <= limit;
        require(inside, LineAmountOutOfRange(index, line.amount));
        require(line.ref != 0, LineRefMissing(index));
        require(line.paper != 0, LinePaperMissing(index));
        // A ref marks its own transient slot, which is forgotten with the transaction: 200 gas instead of 22,000.
        require(!line.ref.asBoolean().tload(), LineRefRepeated(index, line.ref));
        line.ref.asBoolean().tstore(true);
    }

    function _checkLineNumber(uint32 account, uint32 line) private view {
        require(line != 0 && line <= _accounts[account].lines, LineUnknown(account, line));
    }
}
