// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @title The register of what auditors and residents say of the book, and what was answered.
/// @notice An auditor gives opinions and raises findings; residents complain, with any key of their own. Whoever is
/// asked must answer, and no state goes back but with a paper that says why. Nobody here can write an entry of money,
/// and nobody who writes money can write here in the auditor's name. What the law takes out of papers stands here too,
/// so that nobody can call something erased to hide it.
/// @dev Opinions, findings and complaints are each numbered 1, 2, 3 … in the book. A `paper` is the hash of a document
/// outside the chain: no text and no personal data come here, and a complaint tells of its sender a key only.
interface IAuditRegister {
    // ---------------------------------------------------------------- TYPES

    /// @notice What an auditor thinks of a period.
    enum Opinion {
        None,
        Unqualified, // 无保留意见
        Qualified, // 保留意见
        Adverse, // 否定意见
        Disclaimer // 无法表示意见
    }

    /// @notice How far a finding has come.
    enum FindingState {
        None,
        Open, // 待整改
        Answered, // 已答复
        Verified // 已核销
    }

    /// @notice How far a complaint has come.
    enum ComplaintState {
        None,
        Filed, // 待答复
        Answered, // 已答复
        Closed // 已办结
    }

    /// @notice What the law took out of a paper (Personal Information Protection Law, article 47).
    enum Erasure {
        None,
        Restricted, // 已依法限制: kept, and not used
        Destroyed // 已依法删除
    }

    /// @notice A finding as it stands. `owner` is the person who must answer it, by the end of `dueOn`.
    struct Finding {
        uint32 community;
        uint32 owner;
        uint32 dueOn;
        FindingState state;
    }

    /// @notice A complaint as it stands.
    /// @param key Who filed it, and may reopen it.
    struct Complaint {
        address key;
        uint32 community;
        ComplaintState state;
    }

    // ---------------------------------------------------------------- EVENTS

    /// @notice An auditor gave an opinion on a community's days `from` to `through`.
    /// @param bundle Hash of the audit bundle (审计包) that was examined.
    event OpinionGiven(
        uint32 indexed number,
        uint32 indexed community,
        uint32 from,
        uint32 through,
        Opinion opinion,
        bytes32 bundle,
        bytes32 paper,
        uint32 by
    );

    event FindingRaised(
        uint32 indexed number,
        uint32 indexed community,
        uint32 indexed owner,
        uint32 dueOn,
        bytes32 paper,
        uint32 by
    );
    event FindingAnswered(uint32 indexed number, bytes32 paper, uint32 by);

    /// @notice An auditor looked at the answer. If the finding is not `done` it is open again, and the paper says why.
    event FindingVerified(uint32 indexed number, bool done, bytes32 paper, uint32 by);

    /// @notice A resident complained: of outflow `outflow` of a fund, of the fund when `outflow` is 0, of the community
    /// when `fund` is 0 too.
    event ComplaintFiled(
        uint32 indexed number,
        uint32 indexed fund,
        uint32 indexed outflow,
        uint32 community,
        bytes32 paper,
        address key
    );
    event ComplaintAnswered(uint32 indexed number, bytes32 paper, uint32 by);
    event ComplaintClosed(uint32 indexed number, bytes32 paper, uint32 by);

    /// @notice A complaint waits for an answer again. The paper says why.
    /// @param by The auditor who reopened it; 0 when it was the key that filed it.
    event ComplaintReopened(uint32 indexed number, bytes32 paper, address key, uint32 by);

    /// @notice The private fields of these papers are restricted, or destroyed. Entries, sums and hashes stand.
    event PapersErased(Erasure erasure, uint32 by, bytes32[] papers);

    // ---------------------------------------------------------------- ERRORS

    error KeyUnknown(address key);
    error PaperMissing();
    error CommunityMissing();
    error BundleMissing();
    error OpinionMissing();
    /// @notice A period ends before it begins.
    error PeriodReversed(uint32 from, uint32 through);
    /// @notice An opinion is given when the period's last day is over.
    error PeriodNotOver(uint32 through, uint32 today);

    /// @notice There is no such person.
    error PersonUnknown(uint32 person);
    /// @notice Nobody answers, or verifies, a finding of their own.
    error OwnFinding(uint32 person);
    /// @notice The day by which an answer is due lies before today.
    error DueDateOver(uint32 dueOn, uint32 today);
    error FindingUnknown(uint32 number);
    error FindingNotIn(uint32 number, FindingState state);
    /// @notice Only the person who owns a finding answers it.
    error NotOwner(uint32 number, uint32 owner, uint32 person);

    /// @notice The fund belongs to another community than the complaint names.
    error FundElsewhere(uint32 fund, uint32 community);
    error ComplaintUnknown(uint32 number);
    error ComplaintNotIn(uint32 number, ComplaintState state);
    /// @notice Only the key that filed a complaint reopens it, or an auditor.
    error NotComplainant(uint32 number, address key);

    error ErasureMissing();
    error BatchSizeOutOfRange(uint256 count);
    /// @notice The paper is restricted or destroyed already; what was destroyed is not restricted.
    error PaperErased(bytes32 paper, Erasure erasure);

    // ---------------------------------------------------------------- WRITING

    /// @notice Gives an opinion on a community's days `from` to `through`, which are over. It gets the next number.
    function giveOpinion(
        uint32 community,
        uint32 from,
        uint32 through,
        Opinion opinion,
        bytes32 bundle,
        bytes32 paper
    ) external returns (uint32 number);

    /// @notice Raises a finding that another person must answer. It gets the next number.
    function raiseFinding(
        uint32 community,
        uint32 owner,
        uint32 dueOn,
        bytes32 paper
    ) external returns (uint32 number);

    /// @notice Answers an open finding. By its owner alone, with any of their keys, whatever their roles.
    function answerFinding(uint32 number, bytes32 paper) external;

    /// @notice Ends an answered finding, or opens it again. Never by its owner.
    function verifyFinding(uint32 number, bool done, bytes32 paper) external;

    /// @notice Files a complaint, which gets the next number. Anybody may, with any key: a resident's browser makes
    /// one.
    /// @param outflow The outflow it is about; 0 if it is about the whole fund.
    /// @param fund The fund it is about; 0 if it is about none.
    function fileComplaint(
        uint32 community,
        uint32 fund,
        uint32 outflow,
        bytes32 paper
    ) external returns (uint32 number);

    /// @notice Answers a complaint that waits for it.
    function answerComplaint(uint32 number, bytes32 paper) external;

    /// @notice Closes a complaint that was answered.
    function closeComplaint(uint32 number, bytes32 paper) external;

    /// @notice Reopens a complaint that was answered or closed. By the key that filed it.
    function reopenComplaint(uint32 number, bytes32 paper) external;

    /// @notice The same by an auditor, for whoever lost the key or found no hearing.
    function reopenComplaintAsAuditor(uint32 number, bytes32 paper) external;

    /// @notice Says of 1 to 500 papers, all or none, that their private fields are restricted or destroyed. A paper is
    /// restricted once, and destroyed once, afterwards or at once.
    function recordErasures(Erasure erasure, bytes32[] calldata papers) external;

    // ---------------------------------------------------------------- READING

    function opinionCount() external view returns (uint32);

    function findingCount() external view returns (uint32);

    function complaintCount() external view returns (uint32);

    function findingOf(uint32 number) external view returns (Finding memory);

    function complaintOf(uint32 number) external view returns (Complaint memory);

    /// @notice What was said of a paper last. The book does not know which papers there are.
    function erasureOf(bytes32 paper) external view returns (Erasure);
}
