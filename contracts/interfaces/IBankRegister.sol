// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Fen} from "../types/Fen.sol";
import {IFundLedger} from "./IFundLedger.sol";

/// @title The register of bank accounts and what the bank wrote in them.
/// @notice What the bank says is the denominator of traceability (资金追溯率): of all that moved in the accounts, how
/// much do the book's entries explain? So statements are recorded line by line. Each begins with the balance at which
/// the last one ended, its lines are numbered on without a gap, and its sum must be right: a line that is left out
/// leaves a balance that does not fit.
///
/// Then lines are matched with the entries of IFundLedger, or it is said why one has no entry.
/// @dev Nothing is changed or removed: a match that is wrong is undone by another person, and stays in the book.
/// Signed fen (`int64`) are money of a bank account: what comes in is positive, what goes out negative.
/// A bank's line has no name and no account number here: its `ref` is the caller's keyed hash of the whole line, its
/// `paper` the hash of a document outside the chain, which holds the line itself.
interface IBankRegister {
    // ---------------------------------------------------------------- TYPES

    /// @notice Why a line has no entry, or has none yet. The paper says it in words.
    enum Unexplained {
        None,
        BankFee, // 银行手续费
        OwnTransfer, // 本单位账户间划转
        AwaitingPaper, // 待补凭证
        NotOurs, // 非本账款项
        Other // 其他
    }

    /// @notice One line of a statement as the caller hands it in.
    /// @param amount What it moved: a credit is positive, a debit negative, and none is zero.
    /// @param day The bank's booking day, in days since 1970-01-01 in China Standard Time.
    struct BankLine {
        bytes32 ref;
        int64 amount;
        uint32 day;
        bytes32 paper;
    }

    /// @notice `amount` fen of a line are what an entry of a fund says: inflow `number`, or outflow `number`.
    struct Match {
        uint32 line;
        uint32 fund;
        bool outflow;
        uint32 number;
        Fen amount;
    }

    /// @notice An account as it stands.
    /// @param through The last day that a statement covered, which may still grow; before the first statement the day
    /// on which the account begins in this book.
    /// @param balance What is in it at the end of its last statement.
    struct Account {
        uint32 community;
        uint32 through;
        uint32 lines;
        uint32 statements;
        uint32 matches;
        int64 balance;
    }

    // ---------------------------------------------------------------- EVENTS

    /// @notice An account is kept from the beginning of `openedOn`, when `opening` fen were in it.
    event AccountOpened(
        uint32 indexed account,
        uint32 indexed community,
        int64 opening,
        uint32 openedOn,
        bytes32 paper,
        uint32 by
    );

    /// @notice A statement was recorded: its first line has the number `firstLine`, the others follow without a gap.
    /// @param paper Hash of the paper that names the bank's own document.
    event LinesRecorded(
        uint32 indexed account,
        uint32 indexed statement,
        uint32 firstLine,
        uint32 through,
        int64 opening,
        int64 closing,
        bytes32 paper,
        uint32 by,
        BankLine[] lines
    );

    /// @notice Lines were matched: the first match has the number `firstMatch`, the others follow without a gap.
    event LinesMatched(
        uint32 indexed account,
        uint32 indexed firstMatch,
        bytes32 paper,
        uint32 by,
        Match[] matches
    );
    event MatchUndone(
        uint32 indexed account,
        uint32 indexed number,
        IFundLedger.Reason reason,
        bytes32 paper,
        uint32 by
    );
    event LineExplained(uint32 indexed account, uint32 indexed line, Unexplained why, bytes32 paper, uint32 by);

    // ---------------------------------------------------------------- ERRORS

    error KeyUnknown(address key);
    error PaperMissing();
    error ReasonMissing();
    error CommunityMissing();
    /// @notice The day lies after today.
    error DateInFuture(uint32 effectiveOn, uint32 today);
    error BatchSizeOutOfRange(uint256 count);

    error AccountUnknown(uint32 account);
    /// @notice Another statement came between: the next line has the number `next`, not `firstLine`.
    error LinesMoved(uint32 account, uint32 firstLine, uint32 next);
    /// @notice The statement does not begin where the last one ended: at `balance`.
    error OpeningDiffers(uint32 account, int64 opening, int64 balance);
    /// @notice The opening balance and the lines together are `sum`, not `closing`.
    error ClosingDiffers(uint32 account, int256 sum, int64 closing);
    /// @notice The account is covered up to and with `covered` already.
    error StatementTooEarly(uint32 account, uint32 through, uint32 covered);
    /// @notice A line lies before `earliest`: the line before it, or the last day that was covered.
    error LineTooEarly(uint256 index, uint32 day, uint32 earliest);
    error LineTooLate(uint256 index, uint32 day, uint32 through);
    error LineAmountOutOfRange(uint256 index, int64 amount);
    error LineRefMissing(uint256 index);
    /// @notice Two lines of one statement have the same ref. Doubles across statements are found from the events.
    error LineRefRepeated(uint256 index, bytes32 ref);
    error LinePaperMissing(uint256 index);

    error LineUnknown(uint32 account, uint32 line);
    /// @notice The fund has no inflow, or no outflow, with this number.
    error EntryUnknown(uint32 fund, bool outflow, uint32 number);
    error MatchAmountOutOfRange(uint256 index, Fen amount);
    error MatchUnknown(uint32 account, uint32 number);
    error MatchIsUndone(uint32 account, uint32 number);
    /// @notice Who matched cannot undo it.
    error MatcherCannotUndo(uint32 account, uint32 number, uint32 person);

    // ---------------------------------------------------------------- WRITING

    /// @notice Opens an account, which gets the next number.
    /// @param opening What was in it when `openedOn` began; below zero if it was overdrawn.
    function openAccount(
        uint32 community,
        int64 opening,
        uint32 openedOn,
        bytes32 paper
    ) external returns (uint32 account);

    /// @notice Records a statement of 0 to 500 lines that covers the account up to and with `through`, all or none.
    /// @dev The days are closed but for the last, which may still grow. A long statement comes in several calls, all
    /// but the last with the day of their last line as `through`.
    /// @param firstLine The number that the caller takes the first line to get.
    /// @param opening What the bank says was in the account before the first line.
    /// @param closing What the bank says was in it after the last.
    function recordLines(
        uint32 account,
        uint32 firstLine,
        uint32 through,
        int64 opening,
        int64 closing,
        BankLine[] calldata lines,
        bytes32 paper
    ) external;

    /// @notice Matches lines with entries, 1 to 500 at once, all or none. Matches are numbered from 1 per account.
    /// @dev That both exist is checked here. That no line and no entry is matched beyond its amount, and that a credit
    /// meets an inflow and a debit an outflow, whoever sees the lines must check: the command before it signs, and the
    /// mirror and the auditor's checker after it. This contract keeps no line.
    function matchLines(uint32 account, Match[] calldata matches, bytes32 paper) external;

    /// @notice Undoes a match, once. Never by who matched.
    function unmatch(uint32 account, uint32 number, IFundLedger.Reason reason, bytes32 paper) external;

    /// @notice Says why a line has no entry. The last that was said of a line holds.
    function explainLine(uint32 account, uint32 line, Unexplained why, bytes32 paper) external;

    // ---------------------------------------------------------------- READING

    function accountCount() external view returns (uint32);

    function accountOf(uint32 account) external view returns (Account memory);

    /// @notice The person who made a match, and whether it was undone.
    function matchOf(uint32 account, uint32 number) external view returns (uint32 by, bool undone);
}
