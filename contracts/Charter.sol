// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title The charter (权责清单): who may do what.
/// @notice OpenZeppelin's AccessManager, configured from contracts/roles.json in its constructor, so that the founding
/// appointments and the whole matrix stand in the book's first block.
///
/// The council appoints to every role, and each appointment waits for the role's delay. It ends an appointment at once,
/// because a lost key must be stopped. A change of a power waits `adminDelay`, a change of a delay five days.
/// @dev One rule is added to AccessManager's, which has no delay for it: no role gets another admin or a guardian.
/// The setback is lifted while the constructor runs, because otherwise the delay of appointments would begin five days
/// late.
contract Charter is AccessManager {
    struct RoleTerms {
        uint64 role;
        string label;
        uint32 appointmentDelay; // seconds between an appointment and its effect
    }

    struct Power {
        address target;
        bytes4 selector;
        uint64 role;
    }

    struct Appointment {
        uint64 role;
        address key;
    }

    /// @notice The council alone appoints to the role, and nobody cancels what it has announced.
    error RoleFixed(uint64 role);

    /// @param council The key that appoints from now on (role 0).
    /// @param adminDelay Seconds between the council's decision to change a power and its effect.
    constructor(
        address council,
        uint32 adminDelay,
        RoleTerms[] memory roles,
        Power[] memory powers,
        Appointment[] memory founding
    ) AccessManager(council) {
        for (uint256 i = 0; i < roles.length; ++i) {
            if (roles[i].role != ADMIN_ROLE) emit RoleLabel(roles[i].role, roles[i].label);
            _setGrantDelay(roles[i].role, roles[i].appointmentDelay);
        }
        for (uint256 i = 0; i < powers.length; ++i) {
            _setTargetFunctionRole(powers[i].target, powers[i].selector, powers[i].role);
            if (getTargetAdminDelay(powers[i].target) != adminDelay) _setTargetAdminDelay(powers[i].target, adminDelay);
        }
        for (uint256 i = 0; i < founding.length; ++i) _grantRole(founding[i].role, founding[i].key, 0, 0);
    }

    /// @inheritdoc AccessManager
    function minSetback() public view override returns (uint32) {
        return address(this).code.length == 0 ? 0 : super.minSetback();
    }

    /// @inheritdoc AccessManager
    function setRoleAdmin(uint64 role, uint64) public pure override {
        revert RoleFixed(role);
    }

    /// @inheritdoc AccessManager
    function setRoleGuardian(uint64 role, uint64) public pure override {
        revert RoleFixed(role);
    }
}
