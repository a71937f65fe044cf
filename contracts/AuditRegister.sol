// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Direct} from "./Direct.sol";
import {IAuditRegister} from "./interfaces/IAuditRegister.sol";
import {IFundLedger} from "./interfaces/IFundLedger.sol";
import {IPeople} from "./interfaces/IPeople.sol";

/// @title The register of opinions, findings, complaints and erasures. Its manual is {IAuditRegister}.
contract AuditRegister is IAuditRegister, Direct {
    // ---------------------------------------------------------------- STORAGE

    uint256 private constant MAX_BATCH = 500;

    IPeople private immutable _people;
    IFundLedger private immutable _ledger;

    uint32 private _opinionCount;
    uint32 private _findingCount;
    uint32 private _complaintCount;
    mapping(uint32 number => Finding) private _findings;
    mapping(uint32 number => Complaint) private _complaints;
    mapping(bytes32 paper => Erasure) private _erasures;

    // ---------------------------------------------------------------- CONSTRUCTOR

    constructor(address charter, IPeople people, IFundLedger ledger) AccessManaged(charter) {
        _people = people;
        _ledger = ledger;
    }

    // ---------------------------------------------------------------- WRITING

    /// @inheritdoc IAuditRegister
    function giveOpinion(
        uint32 community,
        uint32 from,
        uint32 through,
        Opinion opinion,
        bytes32 bundle,
        bytes32 paper
    ) external restricted returns (uint32 number) {
        uint32 by = _caller();
        require(community != 0, CommunityMissing());
        require(from <= through, PeriodReversed(from, through));
        require(through < _today(), PeriodNotOver(through, _today()));
        require(opinion != Opinion.None, OpinionMissing());
        require(bundle != 0, BundleMissing());
        require(paper != 0, PaperMissing());

        number = ++_opinionCount;

        emit OpinionGiven(number, community, from, through, opinion, bundle, paper, by);
    }

    /// @inheritdoc IAuditRegister
    function raiseFinding(
        uint32 community,
        uint32 owner,
        uint32 dueOn,
        bytes32 paper
    ) external restricted returns (uint32 number) {
        uint32 by = _caller();
        require(community != 0, CommunityMissing());
        require(owner != 0 && owner <= _people.personCount(), PersonUnknown(owner));
        require(owner != by, OwnFinding(by));
        require(dueOn >= _today(), DueDateOver(dueOn, _today()));
        require(paper != 0, PaperMissing());

        number = ++_findingCount;
        _findings[number] = Finding(community, owner, dueOn, FindingState.Open);

        emit FindingRaised(number, community, owner, dueOn, paper, by);
    }

    /// @inheritdoc IAuditRegister
    function answerFinding(uint32 number, bytes32 paper) external {
        uint32 by = _caller();
        Finding storage finding = _findingIn(number, FindingState.Open);
        require(by == finding.owner, NotOwner(number, finding.owner, by));
        require(paper != 0, PaperMissing());

        finding.state = FindingState.Answered;

        emit FindingAnswered(number, paper, by);
    }

    /// @inheritdoc IAuditRegister
    function verifyFinding(uint32 number, bool done, bytes32 paper) external restricted {
        uint32 by = _caller();
        Finding storage finding = _findingIn(number, FindingState.Answered);
        require(by != finding.owner, OwnFinding(by));
        require(paper != 0, PaperMissing());

        finding.state = done ? FindingState.Verified : FindingState.Open;

        emit FindingVerified(number, done, paper, by);
    }

    /// @inheritdoc IAuditRegister
    function fileComplaint(
        uint32 community,
        uint32 fund,
        uint32 outflow,
        bytes32 paper
    ) external returns (uint32 number) {
        require(msg.sender != authority(), KeyUnknown(msg.sender));
        require(community != 0, CommunityMissing());
        // What the ledger does not have, it refuses by itself.
        bool here = fund == 0 || _ledger.termsOf(fund).community == community;
        require(here, FundElsewhere(fund, community));
        if (outflow != 0) _ledger.outflowOf(fund, outflow);
        require(paper != 0, PaperMissing());

        number = ++_complaintCount;
        _complaints[number] = Complaint(msg.sender, community, ComplaintState.Filed);

        emit ComplaintFiled(number, fund, outflow, community, paper, msg.sender);
    }

    /// @inheritdoc IAuditRegister
    function answerComplaint(uint32 number, bytes32 paper) external restricted {
        uint32 by = _caller();
        Complaint storage complaint = _complaint(number);
        require(complaint.state == ComplaintState.Filed, ComplaintNotIn(number, complaint.state));
        require(paper != 0, PaperMissing());

        complaint.state = ComplaintState.Answered;

        emit ComplaintAnswered(number, paper, by);
    }

    /// @inheritdoc IAuditRegister
    function closeComplaint(uint32 number, bytes32 paper) external restricted {
        uint32 by = _caller();
        Complaint storage complaint = _complaint(number);
        require(complaint.state == ComplaintState.Answered, ComplaintNotIn(number, complaint.state));
        require(paper != 0, PaperMissing());

        complaint.state = ComplaintState.Closed;

        emit ComplaintClosed(number, paper, by);
    }

    /// @inheritdoc IAuditRegister
    function reopenComplaint(uint32 number, bytes32 paper) external {
        // The manager filed none, so that no call comes through it.
        require(msg.sender == _complaint(number).key, NotComplainant(number, msg.sender));

        _reopen(number, paper, 0);
    }

    /// @inheritdoc IAuditRegister
    function reopenComplaintAsAuditor(uint32 number, bytes32 paper) external restricted {
        _reopen(number, paper, _caller());
    }

    /// @inheritdoc IAuditRegister
    function recordErasures(Erasure erasure, bytes32[] calldata papers) external restricted {
        uint32 by = _caller();
        require(erasure != Erasure.None, ErasureMissing());
        require(papers.length != 0 && papers.length <= MAX_BATCH, BatchSizeOutOfRange(papers.length));

        for (uint256 i = 0; i < papers.length; ++i) {
            bytes32 paper = papers[i];
            require(paper != 0, PaperMissing());
            require(_erasures[paper] < erasure, PaperErased(paper, _erasures[paper]));
            _erasures[paper] = erasure;
        }

        emit PapersErased(erasure, by, papers);
    }

    // ---------------------------------------------------------------- READING

    /// @inheritdoc IAuditRegister
    function opinionCount() external view returns (uint32) {
        return _opinionCount;
    }

    /// @inheritdoc IAuditRegister
    function findingCount() external view returns (uint32) {
        return _findingCount;
    }

    /// @inheritdoc IAuditRegister
    function complaintCount() external view returns (uint32) {
        return _complaintCount;
    }

    /// @inheritdoc IAuditRegister
    function findingOf(uint32 number) external view returns (Finding memory) {
        return _finding(number);
    }

    /// @inheritdoc IAuditRegister
    function complaintOf(uint32 number) external view returns (Complaint memory) {
        return _complaint(number);
    }

    /// @inheritdoc IAuditRegister
    function erasureOf(bytes32 paper) external view returns (Erasure) {
        return _erasures[paper];
    }

    // ---------------------------------------------------------------- INTERNAL

    function _reopen(uint32 number, bytes32 paper, uint32 by) private {
        Complaint storage complaint = _complaint(number);
        require(complaint.state != ComplaintState.Filed, ComplaintNotIn(number, complaint.state));
        require(paper != 0, PaperMissing());

        complaint.state = ComplaintState.Filed;

        emit ComplaintReopened(number, paper, msg.sender, by);
    }

    /// @dev The person who calls. A retired key has none, whatever roles it still has in the Charter.
    function _caller() private view returns (uint32 person) {
        person = _people.personOf(msg.sender);
        require(person != 0, KeyUnknown(msg.sender));
    }

    function _finding(uint32 number) private view returns (Finding storage finding) {
        finding = _findings[number];
        require(finding.state != FindingState.None, FindingUnknown(number));
    }

    function _findingIn(uint32 number, FindingState state) private view returns (Finding storage finding) {
        finding = _finding(number);
        require(finding.state == state, FindingNotIn(number, finding.state));
    }

    function _complaint(uint32 number) private view returns (Complaint storage complaint) {
        complaint = _complaints[number];
        require(complaint.state != ComplaintState.None, ComplaintUnknown(number));
    }

    function _today() private view returns (uint32) {
        return uint32((block.timestamp + 8 hours) / 1 days);
    }
}
