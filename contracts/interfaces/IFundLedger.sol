// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {Fen} from "../types/Fen.sol";

/// @title The book of a charity's funds.
/// @notice Money moves in bank accounts. This contract keeps the account of it: what came in, for which fund, what went
/// out, who asked, who agreed, who paid and who saw the work.
///
/// Every fund is a line, measured in fen from 0. Each inflow takes the next fen of the line, each outflow consists of
/// pieces of it, first in, first out. So every fen of every donor can be followed, and an entry that is missing leaves
/// a hole.
/// @dev Entries are never changed or removed: a mistake is answered by another entry, which names it. Entries are
/// numbered 1, 2, 3 … per fund and kind (batch, inflow, outflow, piece) without gaps. No text and no personal data come
/// here: a `paper` is the hash of a document outside the chain, a `ref` is the caller's keyed hash of the source line.
/// A date (`effectiveOn`) is a number of days since 1970-01-01 in China Standard Time, never after the block's own day
/// and never in a period (会计期间) of its fund that is closed: what comes late is entered in the next one.
/// Who may call what is in the Charter; a caller is always a person of IPeople, never a contract on somebody's behalf.
interface IFundLedger {
    // ---------------------------------------------------------------- TYPES

    /// @notice Where money came from. `None` is no source; `Return` and `Transfer` are written by this contract alone.
    enum Source {
        None,
        Donation, // 捐赠
        FiscalGrant, // 财政拨款
        Corporate, // 社会资本
        Resident, // 居民自筹
        Interest, // 利息
        Return, // 退回, 冲销更正
        Transfer // 划转
    }

    /// @notice What an outflow is. Only a payment and a refund move money in the bank.
    enum Kind {
        None,
        Payment, // 拨付
        Refund, // 退款: money back to the donor, cut from the tail of his inflow
        Transfer, // 划转: to another fund of the same community
        Void // 冲销: an error of record, cut from the tail of an inflow
    }

    /// @notice How far an outflow has come. A void is Executed at once.
    enum State {
        None,
        Proposed,
        Approved,
        Executed,
        Accepted,
        Rejected,
        Cancelled
    }

    /// @notice Why an entry corrects or ends another. The paper says it in words.
    enum Reason {
        None,
        Duplicate, // 重复登记
        WrongAmount, // 金额有误
        WrongFund, // 基金有误
        NotReceived, // 款项未到账
        DonorRequest, // 捐赠人要求
        PayeeRequest, // 收款方要求
        PaperIncomplete, // 凭证不全
        OutsidePurpose, // 不符合用途
        Other // 其他
    }

    /// @notice One inflow as the caller hands it in.
    struct Inflow {
        bytes32 ref;
        Fen amount;
        bytes32 paper;
    }

    /// @notice An inflow shown with its place in its batch, and the Merkle path that proves it.
    struct ProvenInflow {
        uint32 batch;
        uint32 number;
        Fen start;
        Inflow inflow;
        bytes32[] path;
    }

    /// @notice What is common to entries that move money: the caller's ref, the accounting date, the paper.
    struct Voucher {
        bytes32 ref;
        uint32 effectiveOn;
        bytes32 paper;
    }

    /// @notice A fund's terms.
    /// @param community Number of the community whose fund it is.
    /// @param restricted Whether donors gave for this purpose only (定向捐赠).
    /// @param reserve Part of the line's unspent fen that is not available to spend (应急准备金). Only a transfer
    /// of all that is unspent takes it along, so that a fund can be closed.
    /// @param threshold Above it a payment will need the committee's decision (限额).
    /// @param purpose Hash of the paper that states the purpose.
    struct Terms {
        uint32 community;
        bool restricted;
        Fen reserve;
        Fen threshold;
        bytes32 purpose;
    }

    /// @notice A fund as it stands.
    /// @param closedThrough The last day of its last closed period; 0 while none is closed.
    struct Standing {
        Fen received;
        Fen cursor;
        Fen uncrossed; // cuts that the cursor has not crossed yet
        Fen held;
        Fen available;
        uint32 batches;
        uint32 inflows;
        uint32 outflows;
        uint32 pieces;
        bool open;
        uint32 periods;
        uint32 closedThrough;
    }

    /// @notice One batch of inflows, which stand on the line without a gap from `start` to `end`.
    struct Batch {
        Fen start;
        Fen end;
        uint32 firstNumber;
        uint16 count;
        uint32 effectiveOn;
        Source source;
        uint32 recorder;
        bytes32 root;
    }

    /// @notice One outflow. Amounts are fen; 40 bits hold any entry.
    /// @param amount What was proposed.
    /// @param paid What was executed so far; its pieces have the offsets 0 to `paid`.
    /// @param returned How much of it came back, from its end.
    /// @param cashier Who executed last; 0 until then.
    struct Outflow {
        Kind kind;
        State state;
        uint40 amount;
        uint40 paid;
        uint40 returned;
        uint32 proposer;
        uint32 approver;
        uint32 cashier;
        bytes32 paper;
    }

    /// @notice One hole-free interval of the line that went into one outflow, at `offset` within it.
    struct Piece {
        Fen start;
        Fen end;
        Fen offset;
        uint32 outflow;
    }

    /// @notice The outflow that an inflow brings fen back from: those at `offset` and after it.
    struct Origin {
        uint32 fund;
        uint32 outflow;
        Fen offset;
    }

    // ---------------------------------------------------------------- EVENTS

    event FundOpened(
        uint32 indexed fund,
        uint32 indexed community,
        bool restricted,
        Fen reserve,
        Fen threshold,
        bytes32 purpose,
        uint32 by
    );
    event FundClosed(uint32 indexed fund, bytes32 paper, uint32 by);

    /// @notice The days `from` to `through` of a fund are closed for ever. The figures are the fund's at this moment,
    /// and may hold entries of later days; the sums of the period by source and kind are public in the paper.
    /// @param from The day after the last closing; 0 for the first period, which reaches back to the fund's beginning.
    event PeriodClosed(
        uint32 indexed fund,
        uint32 indexed period,
        uint32 from,
        uint32 through,
        Fen received,
        Fen cursor,
        uint32 inflows,
        uint32 outflows,
        bytes32 paper,
        uint32 by
    );

    /// @notice A batch of inflows was recorded: number `firstNumber` begins at `start`, the others follow without a
    /// gap.
    event InflowsRecorded(
        uint32 indexed fund,
        uint32 indexed batch,
        uint32 firstNumber,
        Fen start,
        Source source,
        uint32 effectiveOn,
        uint32 by,
        Inflow[] inflows
    );

    /// @notice Inflow `inflow` brings back fen of an outflow. Follows the InflowsRecorded of its batch of one.
    event OriginRecorded(
        uint32 indexed fund,
        uint32 indexed inflow,
        uint32 originFund,
        uint32 originOutflow,
        Fen offset
    );

    /// @notice An outflow was proposed. No money is claimed before a second person approves it.
    /// @param subject Number of the inflow to refund, or of the fund to transfer to; 0 for a payment.
    event PaymentProposed(
        uint32 indexed fund,
        uint32 indexed outflow,
        Kind kind,
        uint32 subject,
        Fen amount,
        bytes32 ref,
        bytes32 paper,
        uint32 by
    );
    event PaymentApproved(uint32 indexed fund, uint32 indexed outflow, bytes32 paper, uint32 by);
    event PaymentRejected(uint32 indexed fund, uint32 indexed outflow, Reason reason, bytes32 paper, uint32 by);

    /// @notice The rest of an outflow will not be paid; `released` fen are no longer held.
    event PaymentCancelled(
        uint32 indexed fund,
        uint32 indexed outflow,
        Reason reason,
        Fen released,
        bytes32 paper,
        uint32 by
    );

    /// @notice One bank line paid `amount` of an outflow. `released` is what the last execution gave up of the approved
    /// amount.
    event PaymentExecuted(
        uint32 indexed fund,
        uint32 indexed outflow,
        Fen amount,
        Fen released,
        bool last,
        bytes32 ref,
        uint32 effectiveOn,
        bytes32 paper,
        uint32 by
    );
    event PaymentAccepted(uint32 indexed fund, uint32 indexed outflow, bytes32 paper, uint32 by);

    /// @notice Part or all of an inflow was an error of record. `outflow` is the void's own number.
    event InflowVoided(
        uint32 indexed fund,
        uint32 indexed outflow,
        uint32 inflow,
        Fen amount,
        Reason reason,
        bytes32 ref,
        uint32 effectiveOn,
        bytes32 paper,
        uint32 by
    );

    /// @notice The fen [start, end) went into an outflow, at `offset` within it. Follows the event that took them.
    event PieceTaken(
        uint32 indexed fund,
        uint32 indexed outflow,
        uint32 piece,
        Fen start,
        Fen end,
        Fen offset
    );

    /// @notice The cursor was moved over `crossed` cuts that began at it.
    event CutsSkipped(uint32 indexed fund, uint32 crossed, Fen cursor);

    // ---------------------------------------------------------------- ERRORS

    error KeyUnknown(address key);
    error PaperMissing();
    error RefMissing();
    /// @notice The `ref` was used before, by outflow or inflow `number` of `fund`.
    error RefUsed(bytes32 ref, uint32 fund, uint32 number);
    /// @notice The accounting date lies after today.
    error DateInFuture(uint32 effectiveOn, uint32 today);
    /// @notice The day belongs to a period that is closed: the fund's books are closed up to and with `closedThrough`.
    error PeriodIsClosed(uint32 fund, uint32 effectiveOn, uint32 closedThrough);
    /// @notice A period is closed when its last day is over.
    error PeriodNotOver(uint32 through, uint32 today);
    error AmountOutOfRange(Fen amount);
    error ReasonMissing();

    error FundUnknown(uint32 fund);
    error FundNotOpen(uint32 fund);
    error FundNotEmpty(uint32 fund, Fen unspent);
    /// @notice Money comes back to the fund that it left, as long as that fund is open.
    error OwnFundOpen(uint32 fund);
    error CommunityMissing();
    /// @notice A sum does not fit the line.
    error TermOutOfRange(Fen amount);

    /// @notice Another batch came between: the line is `received` long, not `expected`.
    error LineMoved(uint32 fund, Fen expected, Fen received);
    error BatchSizeOutOfRange(uint256 count);
    error SourceNotRecordable(Source source);
    error InflowAmountOutOfRange(uint256 index, Fen amount);
    error InflowRefMissing(uint256 index);
    /// @notice Two items of one batch have the same ref. Doubles across batches are found from the events.
    error InflowRefRepeated(uint256 index, bytes32 ref);
    error InflowPaperMissing(uint256 index);
    /// @notice The path does not lead from this inflow to its batch's root.
    error InflowNotProven(uint32 fund, uint32 batch, uint32 number);

    error OutflowUnknown(uint32 fund, uint32 outflow);
    error OutflowNotIn(uint32 fund, uint32 outflow, State state);
    /// @notice The person already had another part in this entry.
    error SamePerson(uint32 fund, uint32 outflow, uint32 person);
    /// @notice Who recorded a batch cannot void of it.
    error RecorderCannotVoid(uint32 fund, uint32 batch, uint32 person);
    /// @notice What came by a transfer goes back by a transfer.
    error TransferNotVoidable(uint32 fund, uint32 batch);
    /// @notice What was proposed is of this `amount` and this `paper`; whoever approves named others.
    error ProposalDiffers(uint32 fund, uint32 outflow, Fen amount, bytes32 paper);
    error NotAvailable(uint32 fund, Fen available, Fen requested);
    error MoreThanApproved(uint32 fund, uint32 outflow, Fen left, Fen requested);
    error MoreThanPaid(uint32 fund, uint32 outflow, Fen left, Fen requested);
    /// @notice `unpaid` fen of the outflow may still be paid: it has no end yet for fen to come back from.
    error InstalmentsToCome(uint32 fund, uint32 outflow, Fen unpaid);
    /// @notice A transfer is returned by another transfer.
    error TransferNotReturnable(uint32 fund, uint32 outflow);
    error SameFund(uint32 fund);
    error CommunitiesDiffer(uint32 fund, uint32 toFund);
    /// @notice Restricted money may only go where it stays restricted.
    error RestrictionLost(uint32 fund, uint32 toFund);
    error NothingToSkip(uint32 fund, Fen cursor);

    // ---------------------------------------------------------------- WRITING

    /// @notice Opens a fund, which gets the next number.
    function openFund(Terms calldata terms) external returns (uint32 fund);

    /// @notice Closes a fund for ever. Nothing may be unspent: a surplus is transferred first, the reserve with it.
    /// What comes back later goes to another fund, as {recordReturn} says.
    function closeFund(uint32 fund, bytes32 paper) external;

    /// @notice Closes a fund's days up to and with `through`: no entry of these days is taken any more. Also of a fund
    /// that is closed, which still has its last period to account for.
    /// @param paper The period's certificate (结账凭证), whose public fields are its sums by source and kind.
    function closePeriod(uint32 fund, uint32 through, bytes32 paper) external;

    /// @notice Records 1 to 500 inflows, all or none.
    /// @param expectedReceived The line's length that the caller saw when he looked for known refs.
    function recordInflows(
        uint32 fund,
        Fen expectedReceived,
        Source source,
        uint32 effectiveOn,
        Inflow[] calldata inflows
    ) external;

    /// @notice Takes an inflow, or the last `amount` fen of it, back out of the book: it was an error of record.
    /// @dev At most what is unspent of the inflow, and in the fund not held. No reserve is in its way: the money
    /// was never there.
    function voidInflow(
        uint32 fund,
        ProvenInflow calldata target,
        Fen amount,
        Reason reason,
        Voucher calldata voucher
    ) external returns (uint32 outflow);

    /// @notice Proposes a payment to a third party, named in the paper.
    function proposePayment(uint32 fund, Fen amount, bytes32 ref, bytes32 paper) external returns (uint32 outflow);

    /// @notice Proposes to give the last `amount` fen of an inflow back to its donor. The steps are a payment's.
    /// @dev What is unspent of the inflow is checked here and again when executing; between, a payment may have taken
    /// it.
    function proposeRefund(
        uint32 fund,
        ProvenInflow calldata target,
        Fen amount,
        bytes32 ref,
        bytes32 paper
    ) external returns (uint32 outflow);

    /// @notice Proposes to move money to another fund of the same community. The steps are a payment's.
    function proposeTransfer(
        uint32 fund,
        uint32 toFund,
        Fen amount,
        bytes32 ref,
        bytes32 paper
    ) external returns (uint32 outflow);

    /// @notice Approves an outflow and holds its amount. Never by its proposer.
    /// @param amount What is approved, as the approver saw it.
    /// @param proposal The paper of what is approved: so that the signature itself says what it agreed to.
    /// @dev The amount must be available. A transfer of all that is unspent may take the reserve too, while nothing is
    /// held.
    function approvePayment(uint32 fund, uint32 outflow, Fen amount, bytes32 proposal, bytes32 paper) external;

    /// @notice Refuses a proposed outflow. Never by its proposer, who cancels instead.
    function rejectPayment(uint32 fund, uint32 outflow, Reason reason, bytes32 paper) external;

    /// @notice Gives up a proposed outflow, or what is not yet paid of an approved one.
    function cancelPayment(uint32 fund, uint32 outflow, Reason reason, bytes32 paper) external;

    /// @notice Records that one bank line paid `amount` of an approved outflow, and takes its pieces.
    /// @param last Whether this was the last instalment; the rest of the approved amount is then released. The outflow
    /// is executed in any case when all is paid.
    function executePayment(uint32 fund, uint32 outflow, Fen amount, bool last, Voucher calldata voucher) external;

    /// @notice Records that the work was seen, the goods arrived or the donor has his money. By a fourth person.
    function acceptPayment(uint32 fund, uint32 outflow, bytes32 paper) external;

    /// @notice Records that the last `amount` fen not yet returned of an outflow came back: from a payee, from a refund
    /// that bounced, or because a void was itself an error.
    /// @param toFund The fund itself; once it is closed, an open fund that it could have transferred to.
    function recordReturn(
        uint32 fund,
        uint32 outflow,
        uint32 toFund,
        Fen amount,
        Voucher calldata voucher
    ) external returns (uint32 inflow);

    /// @notice Moves the cursor over up to `limit` cuts that begin at it. Anybody may: no fen changes its place.
    /// @dev Without it, very many cuts in one place could make every payment too large for a block.
    function skip(uint32 fund, uint32 limit) external;

    // ---------------------------------------------------------------- READING

    function fundCount() external view returns (uint32);

    function termsOf(uint32 fund) external view returns (Terms memory);

    function standingOf(uint32 fund) external view returns (Standing memory);

    function batchOf(uint32 fund, uint32 batch) external view returns (Batch memory);

    function outflowOf(uint32 fund, uint32 outflow) external view returns (Outflow memory);

    function pieceOf(uint32 fund, uint32 piece) external view returns (Piece memory);

    /// @notice How many fen were cut from the tail of an inflow.
    function cutOf(uint32 fund, uint32 inflow) external view returns (Fen);

    /// @notice The outflow that an inflow brings fen back from; zeros if it came from outside.
    function originOf(uint32 fund, uint32 inflow) external view returns (Origin memory);
}
