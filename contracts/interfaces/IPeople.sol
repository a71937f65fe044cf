// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

/// @title The people who sign in this book.
/// @notice A person is a number; a key is an address that speaks for one person until it is retired. Who the person is
/// in life stands in a paper outside the chain. Roles are granted to keys in the Charter; rules that want different
/// people compare persons, so a second key is no second person.
/// @dev That somebody invents two persons no contract can see: the registrar who enrolled them stands in the event.
interface IPeople {
    // ---------------------------------------------------------------- EVENTS

    /// @notice A person was enrolled with a first key.
    /// @param paper Hash of the paper that says who it is and who vouches for them.
    /// @param by Person who enrolled them; 0 for a founder.
    event PersonEnrolled(uint32 indexed person, address indexed key, bytes32 paper, uint32 by);

    /// @notice A person got one more key, for example in place of a lost one.
    event KeyAdded(uint32 indexed person, address indexed key, bytes32 paper, uint32 by);

    /// @notice A key speaks for nobody from now on. What it signed before stays.
    event KeyRetired(uint32 indexed person, address indexed key, bytes32 paper, uint32 by);

    // ---------------------------------------------------------------- ERRORS

    /// @notice The key speaks for nobody: it was never enrolled, or it is retired.
    error KeyUnknown(address key);
    /// @notice The key already speaks for a person, or did once. A key is never given twice.
    error KeyTaken(address key, uint32 person);
    /// @notice There is no such person.
    error PersonUnknown(uint32 person);
    /// @notice Every entry needs a paper.
    error PaperMissing();

    // ---------------------------------------------------------------- WRITING

    /// @notice Enrols a person, who gets the next number.
    function enrol(address key, bytes32 paper) external returns (uint32 person);

    /// @notice Gives `person` another key. It has no role until the Charter grants it one.
    function addKey(uint32 person, address key, bytes32 paper) external;

    /// @notice Retires a key for ever.
    function retireKey(address key, bytes32 paper) external;

    // ---------------------------------------------------------------- READING

    /// @notice The person for whom `key` speaks today, or 0.
    function personOf(address key) external view returns (uint32 person);

    /// @notice How many persons were ever enrolled. They are numbered from 1.
    function personCount() external view returns (uint32);
}
