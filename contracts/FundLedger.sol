// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {Direct} from "./Direct.sol";
import {IFundLedger} from "./interfaces/IFundLedger.sol";
import {IPeople} from "./interfaces/IPeople.sol";
import {BatchTree} from "./types/BatchTree.sol";
import {Fen, ZERO, MAX_ENTRY, LINE_END} from "./types/Fen.sol";
import {Interval, Line} from "./types/Line.sol";

/// @title The book of funds. Its manual is {IFundLedger}.
contract FundLedger is IFundLedger, Direct {
    using TransientSlot for *;

    // ---------------------------------------------------------------- STORAGE

    /// @dev The line comes first: its first slot is what a donor's proof reads. All that an inflow asks of the rest
    /// shares one slot, from `batches` to `closedThrough`.
    struct Fund {
        Line line;
        uint32 batches;
        uint32 inflows;
        uint32 outflows;
        uint32 pieces;
        uint32 community;
        bool restricted;
        bool open;
        uint32 periods;
        uint32 closedThrough;
        Fen reserve;
        Fen threshold;
        bytes32 purpose;
    }

    /// @dev What a refund or transfer is about: the inflow and its interval, or the other fund.
    struct Subject {
        uint32 number;
        Fen start;
        Fen end;
    }

    /// @dev The entry that used a ref.
    struct Use {
        uint32 fund;
        uint32 number;
    }

    uint256 private constant MAX_BATCH = 500;

    IPeople private immutable _people;

    uint32 private _fundCount;
    mapping(uint32 fund => Fund) private _funds;
    mapping(uint32 fund => mapping(uint32 batch => Batch)) private _batches;
    mapping(uint32 fund => mapping(uint32 outflow => Outflow)) private _outflows;
    mapping(uint32 fund => mapping(uint32 piece => Piece)) private _pieces;
    mapping(uint32 fund => mapping(uint32 inflow => Fen)) private _cuts;
    mapping(uint32 fund => mapping(uint32 inflow => Origin)) private _origins;
    mapping(uint32 fund => mapping(uint32 outflow => Subject)) private _subjects;
    mapping(uint32 fund => mapping(uint32 outflow => mapping(uint32 person => bool))) private _cashiers;
    mapping(bytes32 ref => Use) private _uses;

    // ---------------------------------------------------------------- CONSTRUCTOR

    constructor(address charter, IPeople people) AccessManaged(charter) {
        _people = people;
    }

    // ---------------------------------------------------------------- WRITING

    /// @inheritdoc IFundLedger
    function openFund(Terms calldata terms) external restricted returns (uint32 number) {
        uint32 by = _caller();
        require(terms.community != 0, CommunityMissing());
        require(terms.purpose != 0, PaperMissing());
        require(terms.reserve <= LINE_END, TermOutOfRange(terms.reserve));
        require(terms.threshold <= LINE_END, TermOutOfRange(terms.threshold));

        number = ++_fundCount;
        Fund storage fund = _funds[number];
        fund.community = terms.community;
        fund.restricted = terms.restricted;
        fund.open = true;
        fund.reserve = terms.reserve;
        fund.threshold = terms.threshold;
        fund.purpose = terms.purpose;

        emit FundOpened(
            number,
            terms.community,
            terms.restricted,
            terms.reserve,
            terms.threshold,
            terms.purpose,
            by
        );
    }

    /// @inheritdoc IFundLedger
    function closeFund(uint32 fundNumber, bytes32 paper) external restricted {
        uint32 by = _caller();
        Fund storage fund = _openFund(fundNumber);
        require(paper != 0, PaperMissing());
        require(fund.line.unspent() == ZERO, FundNotEmpty(fundNumber, fund.line.unspent()));

        fund.open = false;

        emit FundClosed(fundNumber, paper, by);
    }

    /// @inheritdoc IFundLedger
    function closePeriod(uint32 fundNumber, uint32 through, bytes32 paper) external restricted {
        uint32 by = _caller();
        Fund storage fund = _knownFund(fundNumber);
        uint32 last = fund.closedThrough;
        require(through < _today(), PeriodNotOver(through, _today()));
        require(through > last, PeriodIsClosed(fundNumber, through, last));
        require(paper != 0, PaperMissing());

        uint32 period = ++fund.periods;
        fund.closedThrough = through;

        emit PeriodClosed(
            fundNumber,
            period,
            last == 0 ? 0 : last + 1,
            through,
            fund.line.received,
            fund.line.cursor,
            fund.inflows,
            fund.outflows,
            paper,
            by
        );
    }

    /// @inheritdoc IFundLedger
    function recordInflows(
        uint32 fundNumber,
        Fen expectedReceived,
        Source source,
        uint32 effectiveOn,
        Inflow[] calldata inflows
    ) external restricted {
        uint32 by = _caller();
        Fund storage fund = _openFund(fundNumber);
        Fen start = fund.line.received;
        require(start == expectedReceived, LineMoved(fundNumber, expectedReceived, start));
        require(inflows.length != 0 && inflows.length <= MAX_BATCH, BatchSizeOutOfRange(inflows.length));
        require(source != Source.None && source < Source.Return, SourceNotRecordable(source));
        _checkDate(fundNumber, effectiveOn);

        bytes32[] memory leaves = new bytes32[](inflows.length);
        Fen end = start;
        for (uint256 i = 0; i < inflows.length; ++i) {
            Inflow calldata inflow = inflows[i];
            _checkInflow(i, inflow);
            leaves[i] = BatchTree.leafOf(inflow.ref, end, inflow.amount, inflow.paper);
            end = end + inflow.amount;
        }
        fund.line.append(end - start);
        (uint32 batch, uint32 first) = _addBatch(
            fundNumber,
            Batch({
                start: start,
                end: end,
                firstNumber: 0,
                count: uint16(inflows.length),
                effectiveOn: effectiveOn,
                source: source,
                recorder: by,
                root: BatchTree.rootOf(leaves)
            })
        );

        emit InflowsRecorded(fundNumber, batch, first, start, source, effectiveOn, by, inflows);
    }

    /// @inheritdoc IFundLedger
    function voidInflow(
        uint32 fundNumber,
        ProvenInflow calldata target,
        Fen amount,
        Reason reason,
        Voucher calldata voucher
    ) external restricted returns (uint32 number) {
        uint32 by = _caller();
        Fund storage fund = _openFund(fundNumber);
        _checkAmount(amount);
        require(reason != Reason.None, ReasonMissing());
        Interval memory live = _liveInterval(fundNumber, target);
        Batch storage batch = _batches[fundNumber][target.batch];
        require(by != batch.recorder, RecorderCannotVoid(fundNumber, target.batch, by));
        // The fen are in the book twice over: they left one fund and reached another. A void would lose them from both.
        require(batch.source != Source.Transfer, TransferNotVoidable(fundNumber, target.batch));
        // What never came in is nobody's reserve.
        Fen free = fund.line.unspent() - fund.line.held;
        require(amount <= free, NotAvailable(fundNumber, free, amount));
        number = fund.outflows + 1;
        _checkVoucher(fundNumber, number, voucher);

        fund.outflows = number;
        _outflows[fundNumber][number] = Outflow({
            kind: Kind.Void,
            state: State.Executed,
            amount: uint40(Fen.unwrap(amount)),
            paid: uint40(Fen.unwrap(amount)),
            returned: 0,
            proposer: by,
            approver: 0,
            cashier: 0,
            paper: voucher.paper
        });
        Interval memory gone = fund.line.cut(live, amount);
        _cuts[fundNumber][target.number] = _cuts[fundNumber][target.number] + amount;

        emit InflowVoided(
            fundNumber,
            number,
            target.number,
            amount,
            reason,
            voucher.ref,
            voucher.effectiveOn,
            voucher.paper,
            by
        );
        _addPiece(fundNumber, Piece(gone.start, gone.end, ZERO, number));
    }

    /// @inheritdoc IFundLedger
    function proposePayment(
        uint32 fundNumber,
        Fen amount,
        bytes32 ref,
        bytes32 paper
    ) external restricted returns (uint32) {
        return _propose(fundNumber, Kind.Payment, Subject(0, ZERO, ZERO), amount, ref, paper);
    }

    /// @inheritdoc IFundLedger
    function proposeRefund(
        uint32 fundNumber,
        ProvenInflow calldata target,
        Fen amount,
        bytes32 ref,
        bytes32 paper
    ) external restricted returns (uint32) {
        Line storage line = _openFund(fundNumber).line;
        Fen unspent = line.unspentOf(_liveInterval(fundNumber, target));
        require(amount <= unspent, NotAvailable(fundNumber, unspent, amount));

        Subject memory subject = Subject(target.number, target.start, target.start + target.inflow.amount);
        return _propose(fundNumber, Kind.Refund, subject, amount, ref, paper);
    }

    /// @inheritdoc IFundLedger
    function proposeTransfer(
        uint32 fundNumber,
        uint32 toFund,
        Fen amount,
        bytes32 ref,
        bytes32 paper
    ) external restricted returns (uint32) {
        require(fundNumber != toFund, SameFund(fundNumber));
        _checkWay(_openFund(fundNumber), fundNumber, toFund);

        return _propose(fundNumber, Kind.Transfer, Subject(toFund, ZERO, ZERO), amount, ref, paper);
    }

    /// @inheritdoc IFundLedger
    function approvePayment(
        uint32 fundNumber,
        uint32 number,
        Fen amount,
        bytes32 proposal,
        bytes32 paper
    ) external restricted {
        uint32 by = _caller();
        Fund storage fund = _openFund(fundNumber);
        Outflow storage outflow = _outflowIn(fundNumber, number, State.Proposed);
        require(by != outflow.proposer, SamePerson(fundNumber, number, by));
        require(paper != 0, PaperMissing());
        require(
            amount == Fen.wrap(outflow.amount) && proposal == outflow.paper,
            ProposalDiffers(fundNumber, number, Fen.wrap(outflow.amount), outflow.paper)
        );
        bool emptying = outflow.kind == Kind.Transfer && fund.line.held == ZERO && amount == fund.line.unspent();
        Fen available = _available(fund);
        require(emptying || amount <= available, NotAvailable(fundNumber, available, amount));

        outflow.state = State.Approved;
        outflow.approver = by;
        fund.line.held = fund.line.held + amount;

        emit PaymentApproved(fundNumber, number, paper, by);
    }

    /// @inheritdoc IFundLedger
    function rejectPayment(uint32 fundNumber, uint32 number, Reason reason, bytes32 paper) external restricted {
        uint32 by = _caller();
        Outflow storage outflow = _outflowIn(fundNumber, number, State.Proposed);
        require(by != outflow.proposer, SamePerson(fundNumber, number, by));
        require(reason != Reason.None, ReasonMissing());
        require(paper != 0, PaperMissing());

        outflow.state = State.Rejected;

        emit PaymentRejected(fundNumber, number, reason, paper, by);
    }

    /// @inheritdoc IFundLedger
    function cancelPayment(uint32 fundNumber, uint32 number, Reason reason, bytes32 paper) external restricted {
        uint32 by = _caller();
        Outflow storage outflow = _outflow(fundNumber, number);
        State state = outflow.state;
        require(state == State.Proposed || state == State.Approved, OutflowNotIn(fundNumber, number, state));
        require(reason != Reason.None, ReasonMissing());
        require(paper != 0, PaperMissing());

        Fen released = state == State.Approved ? Fen.wrap(outflow.amount - outflow.paid) : ZERO;
        _funds[fundNumber].line.held = _funds[fundNumber].line.held - released;
        outflow.state = outflow.paid == 0 ? State.Cancelled : State.Executed;

        emit PaymentCancelled(fundNumber, number, reason, released, paper, by);
    }

    /// @inheritdoc IFundLedger
    function executePayment(
        uint32 fundNumber,
        uint32 number,
        Fen amount,
        bool last,
        Voucher calldata voucher
    ) external restricted {
        uint32 by = _caller();
        Fund storage fund = _openFund(fundNumber);
        Outflow storage outflow = _outflowIn(fundNumber, number, State.Approved);
        require(by != outflow.proposer && by != outflow.approver, SamePerson(fundNumber, number, by));
        _checkAmount(amount);
        Fen left = Fen.wrap(outflow.amount - outflow.paid);
        require(amount <= left, MoreThanApproved(fundNumber, number, left, amount));
        _checkVoucher(fundNumber, number, voucher);

        // What is held was available when it was approved, and nothing but an execution may take it.
        bool done = last || amount == left;
        Fen released = done ? left - amount : ZERO;
        Fen offset = Fen.wrap(outflow.paid);
        fund.line.held = fund.line.held - amount - released;
        outflow.paid += uint40(Fen.unwrap(amount));
        outflow.state = done ? State.Executed : State.Approved;
        outflow.cashier = by;
        _cashiers[fundNumber][number][by] = true;

        emit PaymentExecuted(
            fundNumber,
            number,
            amount,
            released,
            done,
            voucher.ref,
            voucher.effectiveOn,
            voucher.paper,
            by
        );
        if (outflow.kind == Kind.Refund) _cutRefund(fundNumber, number, amount, offset);
        else _takePieces(fundNumber, number, amount, offset);
        if (outflow.kind == Kind.Transfer) _arrive(fundNumber, number, amount, offset, voucher, by);
    }

    /// @inheritdoc IFundLedger
    function acceptPayment(uint32 fundNumber, uint32 number, bytes32 paper) external restricted {
        uint32 by = _caller();
        Outflow storage outflow = _outflowIn(fundNumber, number, State.Executed);
        require(outflow.kind != Kind.Void, OutflowNotIn(fundNumber, number, outflow.state));
        require(
            by != outflow.proposer && by != outflow.approver && !_cashiers[fundNumber][number][by],
            SamePerson(fundNumber, number, by)
        );
        require(paper != 0, PaperMissing());

        outflow.state = State.Accepted;

        emit PaymentAccepted(fundNumber, number, paper, by);
    }

    /// @inheritdoc IFundLedger
    function recordReturn(
        uint32 fundNumber,
        uint32 number,
        uint32 toFund,
        Fen amount,
        Voucher calldata voucher
    ) external restricted returns (uint32 inflow) {
        uint32 by = _caller();
        _checkHome(fundNumber, toFund);
        Outflow storage outflow = _outflow(fundNumber, number);
        State state = outflow.state;
        Fen unpaid = Fen.wrap(outflow.amount - outflow.paid);
        require(state != State.Approved, InstalmentsToCome(fundNumber, number, unpaid));
        require(state == State.Executed || state == State.Accepted, OutflowNotIn(fundNumber, number, state));
        require(outflow.kind != Kind.Transfer, TransferNotReturnable(fundNumber, number));
        _checkAmount(amount);
        Fen left = Fen.wrap(outflow.paid - outflow.returned);
        require(amount <= left, MoreThanPaid(fundNumber, number, left, amount));
        _checkVoucher(toFund, _funds[toFund].inflows + 1, voucher);

        outflow.returned += uint40(Fen.unwrap(amount));

        return _bringBack(toFund, Origin(fundNumber, number, left - amount), amount, Source.Return, voucher, by);
    }

    /// @inheritdoc IFundLedger
    function skip(uint32 fundNumber, uint32 limit) external {
        Line storage line = _knownFund(fundNumber).line;

        uint32 crossed = uint32(line.skip(limit));

        require(crossed != 0, NothingToSkip(fundNumber, line.cursor));
        emit CutsSkipped(fundNumber, crossed, line.cursor);
    }

    // ---------------------------------------------------------------- READING

    /// @inheritdoc IFundLedger
    function fundCount() external view returns (uint32) {
        return _fundCount;
    }

    /// @inheritdoc IFundLedger
    function termsOf(uint32 fundNumber) external view returns (Terms memory) {
        Fund storage fund = _knownFund(fundNumber);
        return Terms(fund.community, fund.restricted, fund.reserve, fund.threshold, fund.purpose);
    }

    /// @inheritdoc IFundLedger
    function standingOf(uint32 fundNumber) external view returns (Standing memory) {
        Fund storage fund = _knownFund(fundNumber);
        return
            Standing({
                received: fund.line.received,
                cursor: fund.line.cursor,
                uncrossed: fund.line.uncrossed,
                held: fund.line.held,
                available: _available(fund),
                batches: fund.batches,
                inflows: fund.inflows,
                outflows: fund.outflows,
                pieces: fund.pieces,
                open: fund.open,
                periods: fund.periods,
                closedThrough: fund.closedThrough
            });
    }

    /// @inheritdoc IFundLedger
    function batchOf(uint32 fundNumber, uint32 batch) external view returns (Batch memory) {
        return _batches[fundNumber][batch];
    }

    /// @inheritdoc IFundLedger
    function outflowOf(uint32 fundNumber, uint32 number) external view returns (Outflow memory) {
        return _outflow(fundNumber, number);
    }

    /// @inheritdoc IFundLedger
    function pieceOf(uint32 fundNumber, uint32 piece) external view returns (Piece memory) {
        return _pieces[fundNumber][piece];
    }

    /// @inheritdoc IFundLedger
    function cutOf(uint32 fundNumber, uint32 inflow) external view returns (Fen) {
        return _cuts[fundNumber][inflow];
    }

    /// @inheritdoc IFundLedger
    function originOf(uint32 fundNumber, uint32 inflow) external view returns (Origin memory) {
        return _origins[fundNumber][inflow];
    }

    // ---------------------------------------------------------------- INTERNAL: ENTRIES

    function _propose(
        uint32 fundNumber,
        Kind kind,
        Subject memory subject,
        Fen amount,
        bytes32 ref,
        bytes32 paper
    ) private returns (uint32 number) {
        uint32 by = _caller();
        Fund storage fund = _openFund(fundNumber);
        _checkAmount(amount);
        require(paper != 0, PaperMissing());
        number = fund.outflows + 1;
        _useRef(ref, fundNumber, number);

        fund.outflows = number;
        Outflow storage outflow = _outflows[fundNumber][number];
        outflow.kind = kind;
        outflow.state = State.Proposed;
        outflow.amount = uint40(Fen.unwrap(amount));
        outflow.proposer = by;
        outflow.paper = paper;
        if (subject.number != 0) _subjects[fundNumber][number] = subject;

        emit PaymentProposed(fundNumber, number, kind, subject.number, amount, ref, paper, by);
    }

    function _addBatch(uint32 fundNumber, Batch memory batch) private returns (uint32 number, uint32 first) {
        Fund storage fund = _funds[fundNumber];
        number = fund.batches + 1;
        first = fund.inflows + 1;
        batch.firstNumber = first;

        fund.batches = number;
        fund.inflows += batch.count;
        _batches[fundNumber][number] = batch;
    }

    function _addPiece(uint32 fundNumber, Piece memory piece) private {
        uint32 number = ++_funds[fundNumber].pieces;
        _pieces[fundNumber][number] = piece;

        emit PieceTaken(fundNumber, piece.outflow, number, piece.start, piece.end, piece.offset);
    }

    function _takePieces(uint32 fundNumber, uint32 number, Fen amount, Fen offset) private {
        Line storage line = _funds[fundNumber].line;
        for (Fen left = amount; ZERO < left; ) {
            Interval memory taken = line.takePiece(left);
            _addPiece(fundNumber, Piece(taken.start, taken.end, offset, number));
            offset = offset + (taken.end - taken.start);
            left = left - (taken.end - taken.start);
        }
    }

    function _cutRefund(uint32 fundNumber, uint32 number, Fen amount, Fen offset) private {
        Subject memory subject = _subjects[fundNumber][number];
        Fen cutBefore = _cuts[fundNumber][subject.number];
        Interval memory gone = _funds[fundNumber].line.cut(Interval(subject.start, subject.end - cutBefore), amount);
        _cuts[fundNumber][subject.number] = cutBefore + amount;
        _addPiece(fundNumber, Piece(gone.start, gone.end, offset, number));
    }

    /// @dev The other end of a transfer: the fen appear on the other fund's line, and name where they come from.
    function _arrive(
        uint32 fundNumber,
        uint32 number,
        Fen amount,
        Fen offset,
        Voucher calldata voucher,
        uint32 by
    ) private {
        uint32 toFund = _subjects[fundNumber][number].number;
        _openFund(toFund);
        _checkDate(toFund, voucher.effectiveOn);
        _outflows[fundNumber][number].returned += uint40(Fen.unwrap(amount));
        _bringBack(toFund, Origin(fundNumber, number, offset), amount, Source.Transfer, voucher, by);
    }

    /// @dev Records one inflow that has an origin, as a batch of one.
    function _bringBack(
        uint32 fundNumber,
        Origin memory origin,
        Fen amount,
        Source source,
        Voucher calldata voucher,
        uint32 by
    ) private returns (uint32 number) {
        Fen start = _funds[fundNumber].line.append(amount);
        uint32 batch;
        (batch, number) = _addBatch(
            fundNumber,
            Batch({
                start: start,
                end: start + amount,
                firstNumber: 0,
                count: 1,
                effectiveOn: voucher.effectiveOn,
                source: source,
                recorder: by,
                root: BatchTree.leafOf(voucher.ref, start, amount, voucher.paper)
            })
        );
        _origins[fundNumber][number] = origin;

        Inflow[] memory inflows = new Inflow[](1);
        inflows[0] = Inflow(voucher.ref, amount, voucher.paper);
        emit InflowsRecorded(fundNumber, batch, number, start, source, voucher.effectiveOn, by, inflows);
        emit OriginRecorded(fundNumber, number, origin.fund, origin.outflow, origin.offset);
    }

    // ---------------------------------------------------------------- INTERNAL: CHECKS

    /// @dev The person who calls. A retired key has none, whatever roles it still has in the Charter.
    function _caller() private view returns (uint32 person) {
        person = _people.personOf(msg.sender);
        require(person != 0, KeyUnknown(msg.sender));
    }

    function _knownFund(uint32 number) private view returns (Fund storage fund) {
        require(number != 0 && number <= _fundCount, FundUnknown(number));
        return _funds[number];
    }

    function _openFund(uint32 number) private view returns (Fund storage fund) {
        fund = _knownFund(number);
        require(fund.open, FundNotOpen(number));
    }

    function _outflow(uint32 fundNumber, uint32 number) private view returns (Outflow storage outflow) {
        outflow = _outflows[fundNumber][number];
        require(outflow.kind != Kind.None, OutflowUnknown(fundNumber, number));
    }

    function _outflowIn(uint32 fundNumber, uint32 number, State state) private view returns (Outflow storage outflow) {
        outflow = _outflow(fundNumber, number);
        require(outflow.state == state, OutflowNotIn(fundNumber, number, outflow.state));
    }

    /// @dev The one place where it is computed what may be spent. Never negative.
    function _available(Fund storage fund) private view returns (Fen) {
        Fen unspent = fund.line.unspent();
        Fen claimed = fund.line.held + fund.reserve;
        return unspent <= claimed ? ZERO : unspent - claimed;
    }

    /// @dev What comes back comes to its own fund, or to another when that one is closed.
    function _checkHome(uint32 fundNumber, uint32 toFund) private view {
        Fund storage fund = _knownFund(fundNumber);
        require(!fund.open || fundNumber == toFund, OwnFundOpen(fundNumber));
        _checkWay(fund, fundNumber, toFund);
    }

    /// @dev Money stays in its community, and restricted money stays restricted.
    function _checkWay(Fund storage fund, uint32 fundNumber, uint32 toFund) private view {
        Fund storage other = _openFund(toFund);
        require(fund.community == other.community, CommunitiesDiffer(fundNumber, toFund));
        require(!fund.restricted || other.restricted, RestrictionLost(fundNumber, toFund));
    }

    function _checkAmount(Fen amount) private pure {
        require(ZERO < amount && amount <= MAX_ENTRY, AmountOutOfRange(amount));
    }

    function _checkInflow(uint256 index, Inflow calldata inflow) private {
        require(ZERO < inflow.amount && inflow.amount <= MAX_ENTRY, InflowAmountOutOfRange(index, inflow.amount));
        require(inflow.ref != 0, InflowRefMissing(index));
        require(inflow.paper != 0, InflowPaperMissing(index));
        // A ref marks its own transient slot, which is forgotten with the transaction: 200 gas instead of 22,000.
        require(!inflow.ref.asBoolean().tload(), InflowRefRepeated(index, inflow.ref));
        inflow.ref.asBoolean().tstore(true);
    }

    function _checkDate(uint32 fundNumber, uint32 effectiveOn) private view {
        uint32 closedThrough = _funds[fundNumber].closedThrough;
        require(effectiveOn <= _today(), DateInFuture(effectiveOn, _today()));
        require(effectiveOn > closedThrough, PeriodIsClosed(fundNumber, effectiveOn, closedThrough));
    }

    /// @dev The day in China, without the hours.
    function _today() private view returns (uint32) {
        return uint32((block.timestamp + 8 hours) / 1 days);
    }

    function _checkVoucher(uint32 fundNumber, uint32 number, Voucher calldata voucher) private {
        require(voucher.paper != 0, PaperMissing());
        _checkDate(fundNumber, voucher.effectiveOn);
        _useRef(voucher.ref, fundNumber, number);
    }

    function _useRef(bytes32 ref, uint32 fundNumber, uint32 number) private {
        require(ref != 0, RefMissing());
        Use memory before = _uses[ref];
        require(before.fund == 0, RefUsed(ref, before.fund, before.number));

        _uses[ref] = Use(fundNumber, number);
    }

    /// @dev Checks an inflow against its batch's root and returns what no cut has taken from it yet.
    function _liveInterval(
        uint32 fundNumber,
        ProvenInflow calldata target
    ) private view returns (Interval memory) {
        Batch storage batch = _batches[fundNumber][target.batch];
        uint32 first = batch.firstNumber;
        bool inside = first != 0 && target.number >= first && target.number - first < batch.count;
        require(inside, InflowNotProven(fundNumber, target.batch, target.number));
        Inflow calldata inflow = target.inflow;
        bytes32 leaf = BatchTree.leafOf(inflow.ref, target.start, inflow.amount, inflow.paper);
        bytes32 root = BatchTree.rootFrom(leaf, target.number - first, batch.count, target.path);
        require(root == batch.root, InflowNotProven(fundNumber, target.batch, target.number));

        Fen end = target.start + inflow.amount;
        return Interval(target.start, end - _cuts[fundNumber][target.number]);
    }
}
